#include "certificate_watch.hpp"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include <gtest/gtest.h>

namespace duplex::cli {
namespace {

namespace fs = std::filesystem;

class CertificateWatches : public ::testing::Test {
 protected:
  CertificateWatches() {
    std::string name = (fs::temp_directory_path() / "duplex-watch-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("site.crt", "certificate 1");
    write("site.key", "key 1");
  }
  ~CertificateWatches() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
  }
  CertificateWatch watch() {
    TlsOptions options;
    options.certificates = {{(folder_ / "site.crt").string(), (folder_ / "site.key").string()}};
    return CertificateWatch(
        options,
        [this]() -> Result<void> {
          ++reloads;
          if (error) return Error(ErrorKind::environment, *error);
          return {};
        },
        [this](LogLevel, std::string_view line) { log.emplace_back(line); });
  }

  fs::path folder_;
  std::optional<std::string> error;
  int reloads = 0;
  std::vector<std::string> log;
};

TEST_F(CertificateWatches, leave_alone_what_has_not_changed) {
  CertificateWatch watched = watch();
  watched.look();
  watched.look();
  EXPECT_EQ(reloads, 0);
}

TEST_F(CertificateWatches, see_a_file_that_is_written_renamed_or_linked_to_elsewhere) {
  write("other.key", "key 1");  // the same length, and within the same tick of the clock perhaps
  fs::create_symlink("site.crt", folder_ / "link.crt");
  fs::rename(folder_ / "site.crt", folder_ / "real.crt");
  fs::create_symlink("real.crt", folder_ / "site.crt");
  CertificateWatch watched = watch();
  write("real.crt", "another certificate");
  watched.look();
  EXPECT_EQ(reloads, 1);
  fs::rename(folder_ / "other.key", folder_ / "site.key");
  watched.look();
  EXPECT_EQ(reloads, 2);
  write("new.crt", "another certificate");
  fs::create_symlink("new.crt", folder_ / "turned");
  fs::rename(folder_ / "turned", folder_ / "site.crt");
  watched.look();
  watched.look();
  EXPECT_EQ(reloads, 3);
  EXPECT_EQ(log.back(), "certificates reloaded");
}

TEST_F(CertificateWatches, try_again_until_both_files_fit_and_say_nothing_when_that_was_soon) {
  CertificateWatch watched = watch();
  error = "the key does not fit";
  write("site.crt", "certificate of length 2");
  watched.look();
  EXPECT_TRUE(log.empty());
  error.reset();
  watched.look();
  EXPECT_EQ(log, std::vector<std::string>{"certificates reloaded"});
  watched.look();
  EXPECT_EQ(reloads, 2);
}

TEST_F(CertificateWatches, tell_an_error_that_lasts_once) {
  CertificateWatch watched = watch();
  error = "the key does not fit";
  fs::remove(folder_ / "site.key");
  for (int look = 0; look < 5; ++look) watched.look();
  EXPECT_EQ(reloads, 5);
  EXPECT_EQ(log, std::vector<std::string>{"certificates stay as they were: the key does not fit"});
}

TEST_F(CertificateWatches, tell_the_outcome_at_once_to_who_asks) {
  CertificateWatch watched = watch();
  watched.reload_now();
  error = "no";
  watched.reload_now();
  watched.reload_now();
  EXPECT_EQ(reloads, 3);
  EXPECT_EQ(log, (std::vector<std::string>{"certificates reloaded", "certificates stay as they were: no",
                                           "certificates stay as they were: no"}));
}

}  // namespace
}  // namespace duplex::cli
