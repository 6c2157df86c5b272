#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/work/farm.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(farm_)

namespace {

const Job job{.name = "draws", .identity = {{"seed", "1"}}, .tasks = 100, .tasks_per_round = 7};

/// A number drawn by the task's own seed.
std::string draw(Index task) {
    return std::to_string(Random(1, static_cast<std::uint64_t>(task)).below(1'000'000));
}

/// A run and what it leaves.
struct Run {
    std::string folded{};
    std::vector<Index> done{};  ///< tasks done by itself, sorted.
    FarmProgress progress{};

    /// Stops after so many tasks of its own.
    Run(Farm& farm, int threads = 1, Index stop_after = 1'000'000) {
        std::atomic<Index> count{0};
        std::mutex mutex;
        FarmWork work{.task =
                          [&](Index task) {
                              ++count;
                              const std::lock_guard lock(mutex);
                              done.push_back(task);
                              return draw(task);
                          },
                      .fold =
                          [&](Index task, std::string_view bytes) {
                              folded += std::to_string(task) + ":" + std::string(bytes) + " ";
                          },
                      .threads = threads,
                      .stop_requested = [&] { return count >= stop_after; }};
        progress = farm.run(job, work);
        std::sort(done.begin(), done.end());
    }
};

std::string undisturbed() {
    Farm farm;
    return Run(farm).folded;
}

}  // namespace

BOOST_AUTO_TEST_CASE(results_are_folded_in_order_for_any_threads) {
    std::string expected;
    for (Index task = 0; task < job.tasks; ++task) {
        expected += std::to_string(task) + ":" + draw(task) + " ";
    }
    for (const int threads : {1, 2, 5, 0}) {
        Farm farm;
        const Run run(farm, threads);
        BOOST_TEST(run.folded == expected);
        BOOST_TEST(run.progress.complete());
        BOOST_TEST(run.progress.resumed == 0);
    }
}

BOOST_AUTO_TEST_CASE(results_that_wait_are_those_of_one_round) {
    Farm farm;
    std::atomic<Index> waiting{0};
    Index most = 0;
    FarmWork work{.task = [&](Index task) { return ++waiting, draw(task); },
                  .fold =
                      [&](Index, std::string_view) {
                          most = std::max<Index>(most, waiting);
                          --waiting;
                      },
                  .threads = 4};
    farm.run(job, work);
    BOOST_TEST(most <= job.tasks_per_round);
}

BOOST_AUTO_TEST_CASE(an_interrupted_run_goes_on_where_it_was) {
    const std::string expected = undisturbed();
    for (const int threads : {1, 3}) {
        const test::TemporaryFolder folder;
        const auto journal = folder.path / "J";
        Farm first({.folder = journal});
        const Run begun(first, threads, 20);
        BOOST_TEST(!begun.progress.complete());
        BOOST_TEST(begun.done.size() >= 20U);
        std::size_t done = begun.done.size();
        for (bool complete = false; !complete;) {
            Farm next({.folder = journal, .resume = true});
            const Run run(next, threads, 30);
            BOOST_TEST(run.progress.resumed <= static_cast<Index>(done));
            done += run.done.size();
            complete = run.progress.complete();
            if (complete) {
                BOOST_TEST(run.folded == expected);
            }
        }
        BOOST_TEST(done == static_cast<std::size_t>(job.tasks));  // none was done twice
        Farm again({.folder = journal, .resume = true});
        const Run replay(again, threads);
        BOOST_TEST(replay.done.empty());
        BOOST_TEST(replay.progress.resumed == job.tasks);
        BOOST_TEST(replay.folded == expected);
    }
}

BOOST_AUTO_TEST_CASE(shards_share_the_tasks_and_their_journals_fold_to_the_whole) {
    const std::string expected = undisturbed();
    for (const Index count : {2, 7, 150}) {
        const test::TemporaryFolder folder;
        std::vector<std::filesystem::path> journals;
        std::vector<Index> all;
        for (Index index = 0; index < count; ++index) {
            // Two shards share a folder; others have one of their own.
            journals.push_back(folder.path / std::to_string(index / 2));
            Farm farm({.folder = journals.back(), .shard = {index, count}});
            BOOST_TEST(farm.is_shard());
            const Run run(farm, 2);
            BOOST_TEST(run.progress.complete());
            BOOST_TEST(run.folded == "");
            for (const Index task : run.done) {
                BOOST_TEST(task % count == index);
            }
            all.insert(all.end(), run.done.begin(), run.done.end());
        }
        BOOST_TEST(all.size() == static_cast<std::size_t>(job.tasks));
        journals.erase(std::unique(journals.begin(), journals.end()), journals.end());
        Farm merge = Farm::of_journals(journals);
        const Run merged(merge);
        BOOST_TEST(merged.done.empty());
        BOOST_TEST(merged.folded == expected);
    }
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_with_what_shards_have_done) {
    const test::TemporaryFolder folder;
    Farm shard({.folder = folder.path, .shard = {1, 3}});
    const Run part(shard, 1, 10);
    BOOST_TEST(!part.progress.complete());
    Farm whole({.folder = folder.path, .resume = true});
    const Run run(whole);
    BOOST_TEST(run.folded == undisturbed());
    BOOST_TEST(run.done.size() + part.done.size() == static_cast<std::size_t>(job.tasks));
}

BOOST_AUTO_TEST_CASE(a_missing_task_is_named) {
    const test::TemporaryFolder folder;
    Farm shard({.folder = folder.path, .shard = {0, 2}});
    Run(shard, 1);
    Farm merge = Farm::of_journals({folder.path});
    BOOST_TEST(test::says(test::refusal<InputError>([&] { Run run(merge); }),
                          "all 100 tasks, got 50, without number 1"));
}

BOOST_AUTO_TEST_CASE(a_task_that_throws_ends_the_run_and_the_journal_keeps_the_others) {
    const test::TemporaryFolder folder;
    Farm farm({.folder = folder.path});
    FarmWork work{.task =
                      [](Index task) {
                          if (task == 30) {
                              throw std::runtime_error("no");
                          }
                          return draw(task);
                      },
                  .fold = [](Index, std::string_view) {},
                  .threads = 1};
    BOOST_CHECK_THROW(farm.run(job, work), std::runtime_error);
    Farm next({.folder = folder.path, .resume = true});
    const Run run(next);
    BOOST_TEST(run.progress.resumed == 30);
    BOOST_TEST(run.folded == undisturbed());
}

BOOST_AUTO_TEST_CASE(a_task_that_a_stop_met_in_its_midst_is_not_done) {
    const test::TemporaryFolder folder;
    Farm farm({.folder = folder.path});
    bool stopped = false;
    std::vector<Index> folded;
    FarmWork work{.task = [&](Index task) -> std::optional<std::string> {
                      stopped = task == 30;
                      return stopped ? std::nullopt : std::optional(draw(task));
                  },
                  .fold = [&](Index task, std::string_view) { folded.push_back(task); },
                  .threads = 1,
                  .stop_requested = [&] { return stopped; }};
    const FarmProgress progress = farm.run(job, work);
    BOOST_TEST(progress.done == 30);
    BOOST_TEST(folded.size() == 30U);
    Farm next({.folder = folder.path, .resume = true});
    const Run run(next);
    BOOST_TEST(run.progress.resumed == 30);
    BOOST_TEST(run.folded == undisturbed());
}

BOOST_AUTO_TEST_CASE(several_jobs_of_a_farm_count_together_and_a_later_one_is_done_by_the_merge) {
    const test::TemporaryFolder folder;
    Job second = job;
    second.name = "more";
    second.tasks = 11;
    Index done = 0;
    const FarmWork work{.task = [&](Index task) { return ++done, draw(task); },
                        .fold = [](Index, std::string_view) {},
                        .threads = 1};
    Farm both({.folder = folder.path / "both"});
    both.run(job, work);
    BOOST_TEST(both.run(second, work).tasks == 11);
    BOOST_TEST(both.progress().tasks == job.tasks + 11);
    BOOST_TEST(both.progress().complete());
    done = 0;
    Farm merge = Farm::of_journals({folder.path / "both"});
    merge.run(job, work);
    merge.run(second, work);
    BOOST_TEST(done == 0);
    for (const Index index : {0, 1}) {
        Farm shard({.folder = folder.path / "shards", .shard = {index, 2}});
        shard.run(job, work);
    }
    done = 0;
    Farm shards = Farm::of_journals({folder.path / "shards"});
    shards.run(job, work);
    BOOST_TEST(done == 0);
    BOOST_TEST(shards.run(second, work).complete());
    BOOST_TEST(done == 11);
    // A journal of another job in place of the first is none of it.
    Farm wrong = Farm::of_journals({folder.path / "shards"});
    BOOST_TEST(test::says(test::refusal<InputError>([&] { wrong.run(second, work); }),
                          "job draws there, more here"));
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused) {
    const test::TemporaryFolder folder;
    for (const Shard& shard : {Shard{2, 2}, Shard{-1, 2}, Shard{0, 0}}) {
        BOOST_TEST(test::says(test::refusal<std::invalid_argument>(
                                  [&] { Farm({.folder = folder.path, .shard = shard}); }),
                              "shard"));
    }
    BOOST_TEST(test::says(
        test::refusal<InputError>([&] { Farm({.folder = folder.path / "J", .resume = true}); }),
        "which is not there"));
    Farm farm;
    BOOST_TEST(test::says(test::refusal<std::invalid_argument>(
                              [&] { farm.run({.name = "../x", .identity = {}}, {}); }),
                          "small letters"));
}

BOOST_AUTO_TEST_SUITE_END()
