#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <resdyn/core/error.hpp>
#include <resdyn/work/journal.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(journal_)

namespace {

const Job job{.name = "letters",
              .identity = {{"weights", "0123456789abcdef0123456789abcdef"}, {"listing", "all"}},
              .tasks = 6};

/// With line ends, zeros and nothing in them: records are found by length alone.
std::string result_of(Index task) {
    return task == 3 ? std::string()
                     : std::string(static_cast<std::size_t>(task), '\n') + '\0' + "task";
}

void write_tasks(const std::filesystem::path& folder, const std::vector<Index>& tasks,
                 bool resume = false) {
    FinishedTasks finished(job);
    Journal journal(job, {.folder = folder, .resume = resume, .command = "resdyn letters"},
                    finished);
    for (const Index task : tasks) {
        journal.append(task, result_of(task));
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_was_appended_is_found_in_any_order) {
    const test::TemporaryFolder folder;
    write_tasks(folder.path / "J", {4, 0, 3, 5});
    FinishedTasks finished(job);
    const auto file = folder.path / "J" / "letters.journal";
    BOOST_TEST(finished.add(file) == std::filesystem::file_size(file));
    BOOST_TEST(finished.size() == 4);
    BOOST_TEST(finished.first_missing() == 1);
    BOOST_TEST(!finished.contains(2));
    for (const Index task : {5, 0, 3, 4}) {
        BOOST_TEST(finished.contains(task));
        BOOST_TEST(finished.result(task) == result_of(task));
    }
    const JournalHead head = journal_head(journals_in({folder.path / "J"}));
    BOOST_TEST(head.command == "resdyn letters");
    BOOST_TEST(head.job.tasks == job.tasks);
    BOOST_TEST((head.job.identity == job.identity));
}

BOOST_AUTO_TEST_CASE(a_journal_torn_at_any_byte_keeps_its_whole_records_and_goes_on) {
    const test::TemporaryFolder folder;
    std::vector<std::uintmax_t> ends;  // of head and records
    const auto file = folder.path / "letters.journal";
    write_tasks(folder.path, {});
    ends.push_back(std::filesystem::file_size(file));
    for (const Index task : {2, 0, 5}) {
        write_tasks(folder.path, {task}, true);
        ends.push_back(std::filesystem::file_size(file));
    }
    const std::string whole = test::content(file);
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        folder.write("letters.journal", whole.substr(0, length));
        const auto kept = std::count_if(ends.begin(), ends.end(),
                                        [&](std::uintmax_t end) { return end <= length; });
        FinishedTasks finished(job);
        {
            Journal journal(job, {.folder = folder.path, .resume = true}, finished);
            BOOST_TEST(finished.size() == std::max<Index>(0, kept - 1));
            journal.append(1, result_of(1));
        }
        FinishedTasks again(job);
        BOOST_TEST(again.add(file) == std::filesystem::file_size(file));
        BOOST_TEST(again.size() == finished.size() + 1);
        BOOST_TEST(again.result(1) == result_of(1));
    }
}

BOOST_AUTO_TEST_CASE(a_record_with_any_byte_changed_is_not_taken) {
    const test::TemporaryFolder folder;
    write_tasks(folder.path, {});
    const auto file = folder.path / "letters.journal";
    const std::uintmax_t head = std::filesystem::file_size(file);
    write_tasks(folder.path, {4}, true);
    const std::string whole = test::content(file);
    for (std::size_t place = 0; place < whole.size(); ++place) {
        std::string changed = whole;
        changed[place] = static_cast<char>(changed[place] ^ 1);
        folder.write("letters.journal", changed);
        FinishedTasks finished(job);
        if (place >= head) {
            finished.add(file);
        } else {
            // A damaged head is not taken for an empty journal, unless the length it claims is
            // beyond the file's end.
            try {
                finished.add(file);
            } catch (const InputError&) {
            }
        }
        BOOST_TEST(finished.size() == 0);
    }
}

BOOST_AUTO_TEST_CASE(another_job_is_refused_in_a_line_that_says_what_differs) {
    const test::TemporaryFolder folder;
    write_tasks(folder.path, {1});
    const auto refused = [&](Job other, const std::string& says) {
        // The file must bear the other's name, or it would not be looked at.
        std::filesystem::rename(folder.path / "letters.journal",
                                folder.path / journal_name(other.name));
        FinishedTasks finished(other);
        const std::string before = test::content(folder.path / journal_name(other.name));
        BOOST_TEST(test::says(test::refusal<InputError>([&] {
                                  Journal(other, {.folder = folder.path, .resume = true}, finished);
                              }),
                              says));
        BOOST_TEST(test::content(folder.path / journal_name(other.name)) == before);
        std::filesystem::rename(folder.path / journal_name(other.name),
                                folder.path / "letters.journal");
    };
    Job other = job;
    other.identity["weights"] = "ffff";
    refused(other, "weights 0123456789abcdef0123… there, ffff here");
    other = job;
    other.identity["seed"] = "2";
    refused(other, "seed none there, 2 here");
    other = job;
    other.identity.erase("listing");
    refused(other, "listing all there, none here");
    other = job;
    other.tasks = 7;
    refused(other, "tasks 6 there, 7 here");
    other = job;
    other.name = "words";
    refused(other, "job letters there, words here");
    std::string bytes = test::content(folder.path / "letters.journal");
    folder.write("letters.journal", "resdyn journal 2" + bytes.substr(16));
    refused(job, "another file");
    folder.write("letters.journal", "1,2\n3,4\n");
    refused(job, "another file");
}

BOOST_AUTO_TEST_CASE(a_journal_is_begun_once_and_written_by_one) {
    const test::TemporaryFolder folder;
    FinishedTasks finished(job);
    Journal journal(job, {.folder = folder.path}, finished);
    journal.append(0, "x");
    FinishedTasks other(job);
    BOOST_TEST(test::says(test::refusal<ResourceError>([&] {
                              Journal(job, {.folder = folder.path, .resume = true}, other);
                          }),
                          "another process"));
    Journal shard(job, {.folder = folder.path, .shard = {1, 2}}, other);
    BOOST_TEST(shard.path().filename().string() == "letters.1-of-2.journal");
}

BOOST_AUTO_TEST_CASE(a_second_beginning_is_refused_and_loses_nothing) {
    const test::TemporaryFolder folder;
    write_tasks(folder.path, {0, 1});
    const std::string before = test::content(folder.path / "letters.journal");
    BOOST_TEST(test::says(test::refusal<InputError>([&] { write_tasks(folder.path, {2}); }),
                          "2 of 6 tasks"));
    BOOST_TEST(test::content(folder.path / "letters.journal") == before);
}

BOOST_AUTO_TEST_CASE(places_without_a_journal_are_refused) {
    const test::TemporaryFolder folder;
    BOOST_TEST(
        test::says(test::refusal<InputError>([&] { journals_in({folder.path / "nowhere"}); }),
                   "nothing of that"));
    BOOST_TEST(
        test::says(test::refusal<InputError>([&] { journals_in({folder.path}); }), "without any"));
    folder.write("a.journal", "");
    BOOST_TEST(
        test::says(test::refusal<InputError>([&] { journal_head(journals_in({folder.path})); }),
                   "whole head"));
    FinishedTasks finished(job);
    BOOST_TEST(test::says(
        test::refusal<ResourceError>([&] { Journal(job, {.folder = "/proc/resdyn"}, finished); }),
        "/proc/resdyn/letters.journal: expected a journal that can be"));
}

BOOST_AUTO_TEST_SUITE_END()
