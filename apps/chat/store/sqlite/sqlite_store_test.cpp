// What the SQLite store promises beyond the others: to survive, and to say clearly when it cannot.
#include "chat/store/sqlite/sqlite_store.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "chat/store/store_for_tests.hpp"

namespace duplex::chat::testing {
namespace {

using ::testing::HasSubstr;

class SqliteStoreTest : public ::testing::Test {
 protected:
  SqliteStoreOptions options() {
    SqliteStoreOptions options;
    options.folder = folder.data();
    options.post = loop.post();
    options.random = seeded_random(random_seed++);
    options.report = [this](const std::string& line) { reports.push_back(line); };
    return options;
  }
  void open() { open(options()); }
  void open(SqliteStoreOptions chosen) { chat.use(std::move(open_sqlite_store(std::move(chosen)).value())); }

  std::string open_error() { return open_sqlite_store(options()).error().message; }

  mode_t mode_of(const std::filesystem::path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  }

  TestLoop loop;
  TemporaryFolder folder;
  unsigned random_seed = 1;
  std::vector<std::string> reports;
  Chat chat{loop};
};

// Another program on the same database, as an operator's tool would be.
class OtherProgram {
 public:
  explicit OtherProgram(const std::filesystem::path& folder) {
    sqlite3_open((folder / "chat.db").c_str(), &handle_);
  }
  ~OtherProgram() { sqlite3_close(handle_); }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;

  void execute(const char* sql) {
    EXPECT_EQ(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  }

 private:
  sqlite3* handle_ = nullptr;
};

TEST_F(SqliteStoreTest, KeepsEverythingWhenItIsClosedAndOpenedAgain) {
  open();
  const std::string epoch = chat.store->epoch();
  const Author ada = chat.guest("Ada");
  const RoomId garden = chat.room(ada, "Garden");
  chat.send(garden, ada, 1, "kept").value();
  chat.mark_read(garden, ada, 2).value();
  chat.store.reset();
  open();
  EXPECT_EQ(chat.store->epoch(), epoch);
  EXPECT_EQ(chat.store->memberships(ada.id)->size(), 2u);
  EXPECT_EQ((*chat.store->membership(garden, ada.id))->read, 2);
  EXPECT_EQ(chat.history(garden, Latest{}).events, chat.feed);
  EXPECT_TRUE(chat.send(garden, ada, 1)->duplicate);
  EXPECT_EQ(chat.send(garden, ada, 2)->seq, 3);
}

TEST_F(SqliteStoreTest, KeepsItsFilesToTheirOwner) {
  open();
  chat.guest("Ada");
  EXPECT_EQ(mode_of(folder.data()), 0700u);
  for (const char* file : {"chat.db", "chat.db-wal", "chat.db-shm", "lock"})
    EXPECT_EQ(mode_of(folder.data() / file), 0600u) << file;
}

TEST_F(SqliteStoreTest, RefusesAFolderThatAnotherServerUses) {
  open();
  EXPECT_THAT(open_error(), HasSubstr("another server is using it"));
  chat.store.reset();
  open();
}

TEST_F(SqliteStoreTest, RefusesAFolderThatCannotBeMade) {
  std::ofstream(folder.data()) << "a file where the folder should be";
  EXPECT_THAT(open_error(), HasSubstr("cannot use the data folder"));
}

TEST_F(SqliteStoreTest, RefusesADatabaseOfANewerVersion) {
  open();
  chat.store.reset();
  OtherProgram(folder.data()).execute("PRAGMA user_version = 99");
  EXPECT_THAT(open_error(), HasSubstr("newer version (schema 99"));
}

TEST_F(SqliteStoreTest, RefusesAFileThatIsNoDatabase) {
  open();
  chat.store.reset();
  std::ofstream(folder.data() / "chat.db", std::ios::trunc) << std::string(4096, 'x');
  EXPECT_THAT(open_error(), HasSubstr("not a database"));
}

TEST_F(SqliteStoreTest, CommitsAPipelineInFarFewerTransactionsThanMessages) {
  open();
  const Author ada = chat.guest("Ada");
  const std::size_t before = loop.functions_run;
  std::size_t answered = 0;
  for (unsigned n = 1; n <= 1000; ++n)
    chat.store->append(chat.message(lobby(), ada, n), [&](Result<Appended>) { ++answered; });
  ASSERT_TRUE(loop.run_until([&] { return answered == 1000; }));
  EXPECT_LT(loop.functions_run - before, 500u);
}

// Sends until the disk is full, and returns which of the messages were acknowledged.
std::vector<bool> send_until_full(Chat& chat, TestLoop& loop, const Author& author) {
  std::vector<bool> acknowledged;
  bool is_full = false;
  for (unsigned n = 0; !is_full && n < 10'000; n += 20) {
    for (unsigned i = 0; i < 20; ++i)
      chat.store->append(chat.message(lobby(), author, n + i, std::string(4000, 'x')),
                         [&](Result<Appended> result) {
                           acknowledged.push_back(result.has_value());
                           is_full = is_full || !result.has_value();
                         });
    EXPECT_TRUE(loop.run_until([&] { return acknowledged.size() == n + 20; }));
  }
  return acknowledged;
}

TEST_F(SqliteStoreTest, AnswersUnavailableWhenTheDiskIsFullAndKeepsExactlyWhatItAcknowledged) {
  SqliteStoreOptions limited = options();
  limited.database_pages_max = 200;
  open(std::move(limited));
  const Author ada = chat.guest("Ada");
  const std::vector<bool> acknowledged = send_until_full(chat, loop, ada);
  EXPECT_FALSE(acknowledged.back());
  // Author order: nothing is stored behind the first message that failed.
  EXPECT_TRUE(std::is_sorted(acknowledged.rbegin(), acknowledged.rend()));
  const auto stored = static_cast<std::size_t>(std::count(acknowledged.begin(), acknowledged.end(), true));
  EXPECT_EQ(chat.feed.size(), stored);
  EXPECT_EQ(chat.store->room(lobby())->last, static_cast<Seq>(stored));
  ASSERT_TRUE(loop.run_until([&] { return !reports.empty(); }));
  EXPECT_THAT(reports.front(), HasSubstr("full"));
}

TEST_F(SqliteStoreTest, WorksAgainWhenTheFullDiskHasRoomAgain) {
  SqliteStoreOptions limited = options();
  limited.database_pages_max = 200;
  open(std::move(limited));
  const Author ada = chat.guest("Ada");
  const auto attempts = static_cast<unsigned>(send_until_full(chat, loop, ada).size());
  ASSERT_TRUE(loop.run_until([&] { return !reports.empty(); }));
  const Seq last = chat.store->room(lobby())->last;
  ASSERT_TRUE(chat.trim(lobby(), last - 5));
  EXPECT_EQ(chat.send(lobby(), ada, attempts - 1)->seq, last + 1);
}

TEST_F(SqliteStoreTest, AnswersUnavailableAtOnceWhenTheQueueIsFullAndStoresNothingBehindTheRefused) {
  SqliteStoreOptions small = options();
  small.queue_requests_max = 8;
  open(std::move(small));
  const Author ada = chat.guest("Ada");
  OtherProgram tool(folder.data());
  tool.execute("BEGIN IMMEDIATE");
  std::vector<bool> acknowledged(40, false);
  std::size_t refused = 0;
  std::size_t answered = 0;
  for (unsigned n = 0; n < 40; ++n)
    chat.store->append(chat.message(lobby(), ada, n, std::to_string(n)), [&, n](Result<Appended> result) {
      acknowledged[n] = result.has_value();
      ++(result ? answered : refused);
    });
  ASSERT_TRUE(loop.run_until([&] { return refused > 0; }));
  EXPECT_EQ(answered, 0u);
  tool.execute("COMMIT");
  ASSERT_TRUE(loop.run_until([&] { return refused + answered == 40; }));
  EXPECT_GE(answered, 8u);
  EXPECT_TRUE(std::is_sorted(acknowledged.rbegin(), acknowledged.rend()));
  EXPECT_TRUE(chat.send(lobby(), ada, 39));
}

// The child sends for ever and writes every acknowledged number to the pipe, until it is killed.
[[noreturn]] void send_for_ever(SqliteStoreOptions options, TestLoop& loop, int journal) {
  Chat chat(loop);
  options.report = nullptr;
  chat.use(std::move(open_sqlite_store(std::move(options)).value()));
  const Author ada = chat.guest("Ada");
  for (unsigned n = 1;; ++n) {
    chat.store->append(chat.message(lobby(), ada, n, std::to_string(n)),
                       [journal, n](Result<Appended> result) {
                         if (result && ::write(journal, &n, sizeof n) != sizeof n) ::_exit(1);
                       });
    if (n % 16 != 0) continue;
    const std::size_t fed = chat.feed.size();
    loop.run_until([&] { return chat.feed.size() > fed; });
  }
}

TEST_F(SqliteStoreTest, HasEveryAcknowledgedMessageOnceAfterTheProcessWasKilled) {
  for (unsigned round = 0; round < 5; ++round) {
    TemporaryFolder killed;
    SqliteStoreOptions in_child = options();
    in_child.folder = killed.data();
    int journal[2];
    ASSERT_EQ(::pipe(journal), 0);
    const pid_t child = ::fork();
    if (child == 0) send_for_ever(std::move(in_child), loop, journal[1]);
    ::close(journal[1]);
    std::vector<unsigned> acknowledged;
    unsigned n = 0;
    while (acknowledged.size() < 100 + 37 * round && ::read(journal[0], &n, sizeof n) == sizeof n)
      acknowledged.push_back(n);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(journal[0], &n, sizeof n) == sizeof n) acknowledged.push_back(n);
    ::close(journal[0]);
    ASSERT_GE(acknowledged.size(), 100u);

    SqliteStoreOptions after = options();
    after.folder = killed.data();
    open(std::move(after));
    std::vector<Event> stored;
    for (HistoryPage page = chat.history(lobby(), After{0});;
         page = chat.history(lobby(), After{stored.back().seq})) {
      stored.insert(stored.end(), page.events.begin(), page.events.end());
      if (!page.more_after) break;
    }
    ASSERT_GE(stored.size(), acknowledged.size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
      EXPECT_EQ(stored[i].body, std::to_string(i + 1));
      EXPECT_EQ(stored[i].prev, static_cast<Seq>(i));
    }
    EXPECT_EQ(acknowledged.back(), acknowledged.size());
    chat.store.reset();
  }
}

}  // namespace
}  // namespace duplex::chat::testing
