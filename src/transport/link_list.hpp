// The intrusive list behind everything that a loop has to come back to: turn ends and sources that have more
// to report. Joining, leaving and being destroyed cost O(1) and no allocation.
#pragma once

namespace duplex::transport {

/// An object's place in a LinkList, as its base class. Destroyed, it leaves the list by itself.
class Link {
 public:
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

 protected:
  Link() = default;
  ~Link() { leave(); }

 private:
  template<class T>
  friend class LinkList;

  bool is_linked() const { return next_ != nullptr; }
  void leave() {
    if (!is_linked()) return;
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = nullptr;
  }
  void join_before(Link& other) {
    previous_ = other.previous_;
    next_ = &other;
    previous_->next_ = this;
    next_->previous_ = this;
  }

  Link* previous_ = nullptr;
  Link* next_ = nullptr;
};

/// A list of objects it does not own, in the order of joining. One thread.
template<class T>
class LinkList {
 public:
  LinkList() = default;
  ~LinkList() {
    while (!empty()) anchor_.first().leave();
  }
  LinkList(const LinkList&) = delete;
  LinkList& operator=(const LinkList&) = delete;

  bool empty() const { return anchor_.is_alone(); }

  /// Joining twice counts once.
  void push_back(T& item) {
    Link& link = item;
    if (!link.is_linked()) link.join_before(anchor_);
  }

  /// Takes every object that is listed now out of the list and visits it. A visit may destroy any of them;
  /// who joins again meanwhile waits for the next call, so a call always ends. False: the list was empty.
  template<class Visit>
  bool drain(Visit visit) {
    if (empty()) return false;
    Anchor batch;
    batch.take_all(anchor_);
    while (!batch.is_alone()) {
      Link& link = batch.first();
      link.leave();
      visit(static_cast<T&>(link));
    }
    return true;
  }

 private:
  struct Anchor final : Link {
    Anchor() { this->previous_ = this->next_ = this; }
    bool is_alone() const { return this->next_ == this; }
    Link& first() { return *this->next_; }
    void take_all(Anchor& other) {
      this->join_before(other);
      other.leave();
      other.previous_ = other.next_ = &other;
    }
  };

  Anchor anchor_;
};

}  // namespace duplex::transport
