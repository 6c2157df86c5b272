#include <algorithm>
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/work/farm.hpp>

#include "core/parallel.hpp"
#include "support/local_ranks.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(ranks_)

namespace {

const Job job{.name = "draws", .identity = {{"seed", "1"}}, .tasks = 120, .tasks_per_round = 7};

/// Some take longer than others, so that ranks meet and results overtake one another.
std::string draw(Index task) {
    std::this_thread::sleep_for(std::chrono::microseconds(
        Random(2, static_cast<std::uint64_t>(task)).below(task % 10 == 0 ? 3000 : 400)));
    return std::to_string(Random(1, static_cast<std::uint64_t>(task)).below(1'000'000));
}

/// What all ranks leave.
struct Ledger {
    std::mutex mutex{};
    std::string folded{};
    std::vector<Index> done{};     ///< by whichever rank.
    std::vector<Index> by_rank{};  ///< tasks.
    FarmProgress progress{};       ///< of rank 0.

    explicit Ledger(int ranks) : by_rank(static_cast<std::size_t>(ranks), 0) {}

    FarmWork work(int rank, int threads) {
        return {.task =
                    [this, rank](Index task) {
                        std::string bytes = draw(task);
                        const std::lock_guard lock(mutex);
                        done.push_back(task);
                        ++by_rank[static_cast<std::size_t>(rank)];
                        return bytes;
                    },
                .fold =
                    [this](Index task, std::string_view bytes) {
                        folded += std::to_string(task) + ":" + std::string(bytes) + " ";
                    },
                .threads = threads};
    }
    bool each_once(Index tasks) {
        std::sort(done.begin(), done.end());
        return static_cast<Index>(done.size()) == tasks &&
               std::adjacent_find(done.begin(), done.end()) == done.end();
    }
};

std::string undisturbed(const Job& what = job) {
    std::string folded;
    for (Index task = 0; task < what.tasks; ++task) {
        folded += std::to_string(task) + ":" + draw(task) + " ";
    }
    return folded;
}

Farm on(Ranks& ranks, Farm farm = Farm()) {
    farm.spread_over(ranks);
    return farm;
}

}  // namespace

BOOST_AUTO_TEST_CASE(results_are_the_same_for_any_ranks_and_threads) {
    const std::string expected = undisturbed();
    for (const auto& [count, threads] : {std::pair{1, 2}, {2, 1}, {3, 2}, {6, 1}}) {
        Ledger ledger(count);
        test::run_ranks(count, [&](Ranks& ranks, int rank) {
            Farm farm = on(ranks);
            const FarmProgress progress = farm.run(job, ledger.work(rank, threads));
            if (rank == 0) {
                ledger.progress = progress;
            }
        });
        BOOST_TEST(ledger.folded == expected);
        BOOST_TEST(ledger.progress.complete());
        BOOST_TEST(ledger.each_once(job.tasks));
        BOOST_TEST(*std::min_element(ledger.by_rank.begin(), ledger.by_rank.end()) > 0);
    }
}

BOOST_AUTO_TEST_CASE(several_jobs_follow_one_another) {
    const Job other{.name = "more", .identity = {}, .tasks = 40};
    Ledger ledger(3);
    Index helped = 0;
    test::run_ranks(3, [&](Ranks& ranks, int rank) {
        Farm farm = on(ranks);
        farm.run(job, ledger.work(rank, 1));
        const FarmProgress progress = farm.run(other, ledger.work(rank, 1));
        const std::lock_guard lock(ledger.mutex);
        helped += rank > 0 ? progress.done : 0;
    });
    BOOST_TEST(ledger.folded == undisturbed() + undisturbed(other));
    BOOST_TEST(helped > 0);
}

BOOST_AUTO_TEST_CASE(what_a_job_needs_is_made_by_all_and_known_to_all) {
    const Job before{.name = "before", .identity = {}, .tasks = 60};
    for (const int count : {1, 2, 4}) {
        Ledger ledger(count);
        Ledger first(count);
        std::vector<std::string> known(static_cast<std::size_t>(count));
        test::run_ranks(count, [&](Ranks& ranks, int rank) {
            Farm farm = on(ranks);
            BOOST_TEST(farm.ranks() == count);
            std::string& mine = known[static_cast<std::size_t>(rank)];
            if (const auto made = farm.take_prepared("before")) {
                mine = *made;
                BOOST_TEST(!farm.take_prepared("before"));
            } else if (!farm.is_helper() || farm.is_opened("before")) {
                const bool leads =
                    farm.prepare(before, first.work(rank, 1), [&] { return first.folded; });
                BOOST_TEST(leads == (rank == 0));
                if (!leads) {
                    return;
                }
                mine = first.folded;
            }
            farm.run(job, ledger.work(rank, 1));
        });
        BOOST_TEST(first.folded == undisturbed(before));
        BOOST_TEST(first.each_once(before.tasks));
        BOOST_TEST(ledger.folded == undisturbed());
        for (int rank = 0; rank < count; ++rank) {
            BOOST_TEST(known[static_cast<std::size_t>(rank)] == first.folded);
            BOOST_TEST(first.by_rank[static_cast<std::size_t>(rank)] > 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_stopped_is_known_to_nobody) {
    Ledger first(2);
    Ledger ledger(2);
    test::run_ranks(2, [&](Ranks& ranks, int rank) {
        Farm farm = on(ranks);
        BOOST_TEST(!farm.take_prepared("draws"));
        if (rank == 0) {
            FarmWork work = first.work(rank, 1);
            work.stop_requested = [&] {
                const std::lock_guard lock(first.mutex);
                return first.done.size() >= 20;
            };
            BOOST_TEST(farm.prepare(job, work, []() -> std::string {
                BOOST_FAIL("it is not whole");
                return {};
            }));
        } else if (farm.is_opened("draws")) {
            farm.prepare(job, first.work(rank, 1), {});
            return;
        }
        const Job other{.name = "more", .identity = {}, .tasks = 40};
        farm.run(other, ledger.work(rank, 1));
    });
    BOOST_TEST(first.done.size() < static_cast<std::size_t>(job.tasks));
    BOOST_TEST(ledger.each_once(40));
}

BOOST_AUTO_TEST_CASE(a_job_that_is_done_already_wakes_nobody) {
    const test::TemporaryFolder folder;
    for (const bool again : {false, true}) {
        Ledger ledger(2);
        test::run_ranks(2, [&](Ranks& ranks, int rank) {
            Farm farm =
                on(ranks, rank == 0 ? Farm({.folder = folder.path, .resume = true}) : Farm());
            farm.run(job, ledger.work(rank, 1));
            BOOST_TEST((rank > 0 || ranks.jobs() == (again ? 0U : 1U)));
        });
        BOOST_TEST(ledger.folded == undisturbed());
        BOOST_TEST(ledger.done.empty() == again);
    }
}

BOOST_AUTO_TEST_CASE(the_journal_of_rank_0_is_resumed_by_any_ranks) {
    const std::string expected = undisturbed();
    const test::TemporaryFolder folder;
    Index done = 0;
    int rounds = 0;
    for (int count = 3; count > 0; count = std::max(1, count - 1)) {
        Ledger ledger(count);
        test::run_ranks(count, [&](Ranks& ranks, int rank) {
            Farm farm =
                on(ranks, rank == 0 ? Farm({.folder = folder.path, .resume = true}) : Farm());
            FarmWork work = ledger.work(rank, 1);
            if (rank == 0) {
                work.stop_requested = [&] {
                    const std::lock_guard lock(ledger.mutex);
                    return ledger.done.size() >= 40;
                };
            }
            const FarmProgress progress = farm.run(job, work);
            if (rank == 0) {
                ledger.progress = progress;
            }
        });
        BOOST_TEST(ledger.each_once(static_cast<Index>(ledger.done.size())));
        done += static_cast<Index>(ledger.done.size());
        ++rounds;
        if (ledger.progress.complete()) {
            BOOST_TEST(ledger.folded == expected);
            break;
        }
    }
    BOOST_TEST(rounds > 1);
    BOOST_TEST(done == job.tasks);  // what was begun before an end was kept
}

BOOST_AUTO_TEST_CASE(a_shard_is_spread_too) {
    const test::TemporaryFolder folder;
    for (Index index = 0; index < 2; ++index) {
        Ledger ledger(2);
        test::run_ranks(2, [&](Ranks& ranks, int rank) {
            Farm farm =
                on(ranks, rank == 0 ? Farm({.folder = folder.path, .shard = {index, 2}}) : Farm());
            farm.run(job, ledger.work(rank, 1));
        });
        BOOST_TEST(ledger.folded == "");
        BOOST_TEST(ledger.each_once(job.tasks / 2));
    }
    Farm merge = Farm::of_journals({folder.path});
    Ledger ledger(1);
    merge.run(job, ledger.work(0, 1));
    BOOST_TEST(ledger.folded == undisturbed());
    BOOST_TEST(ledger.done.empty());
}

BOOST_AUTO_TEST_CASE(a_rank_that_is_told_to_stop_hands_its_tasks_back) {
    Ledger ledger(3);
    test::run_ranks(3, [&](Ranks& ranks, int rank) {
        Farm farm = on(ranks);
        FarmWork work = ledger.work(rank, 2);
        if (rank == 1) {
            work.stop_requested = [&] {
                const std::lock_guard lock(ledger.mutex);
                return ledger.by_rank[1] >= 3;
            };
        }
        farm.run(job, work);
    });
    BOOST_TEST(ledger.folded == undisturbed());
    BOOST_TEST(ledger.each_once(job.tasks));
    BOOST_TEST(ledger.by_rank[1] < ledger.by_rank[2]);
}

BOOST_AUTO_TEST_CASE(results_that_wait_are_bounded) {
    std::atomic<Index> waiting{0};
    std::atomic<Index> most{0};
    test::run_ranks(3, [&](Ranks& ranks, int) {
        Farm farm = on(ranks);
        FarmWork work{.task =
                          [&](Index task) {
                              if (task == 0) {
                                  std::this_thread::sleep_for(std::chrono::milliseconds(100));
                              }
                              const Index now = ++waiting;
                              most = std::max<Index>(most, now);
                              return std::string("x");
                          },
                      .fold = [&](Index, std::string_view) { --waiting; },
                      .threads = 1};
        farm.run({.name = "many", .identity = {}, .tasks = 2000, .tasks_per_round = 5}, work);
    });
    BOOST_TEST(most > 5);
    BOOST_TEST(most <= 3 * (8 + 64));
}

BOOST_AUTO_TEST_CASE(tasks_with_threads_of_their_own_come_one_at_a_time) {
    std::array<std::atomic<int>, 2> at_work{};
    std::atomic<int> most{0};
    std::atomic<Index> inside{0};
    test::run_ranks(2, [&](Ranks& ranks, int rank) {
        Farm farm = on(ranks);
        auto& here = at_work[static_cast<std::size_t>(rank)];
        FarmWork work{.task =
                          [&](Index) {
                              most = std::max<int>(most, ++here);
                              parallel_for(4, 2, [&](Index) { ++inside; });
                              --here;
                              return std::string();
                          },
                      .fold = [](Index, std::string_view) {},
                      .threads = 2};
        farm.run({.name = "bands", .identity = {}, .tasks = 10, .tasks_per_round = 1}, work);
    });
    BOOST_TEST(most == 1);
    BOOST_TEST(inside == 40);
}

BOOST_AUTO_TEST_CASE(what_a_rank_throws_is_thrown_by_rank_0_with_its_name) {
    const test::TemporaryFolder folder;
    for (const int thrower : {0, 1}) {
        const auto run = [&] {
            Ledger ledger(2);
            test::run_ranks(2, [&](Ranks& ranks, int rank) {
                Farm farm =
                    on(ranks, rank == 0 ? Farm({.folder = folder.path, .resume = true}) : Farm());
                FarmWork work = ledger.work(rank, 1);
                if (rank == thrower) {
                    work.task = [&, task = work.task](Index number) {
                        if (ledger.by_rank[static_cast<std::size_t>(rank)] == 5) {
                            throw ResourceError("no room");
                        }
                        return task(number);
                    };
                }
                farm.run(job, work);
            });
        };
        const std::string said = test::refusal<ResourceError>(run);
        BOOST_TEST(test::says(said, "no room"));
        BOOST_TEST(test::says(said, "rank 1 (") == (thrower == 1));
    }
    Farm next({.folder = folder.path, .resume = true});
    Ledger ledger(1);
    BOOST_TEST(next.run(job, ledger.work(0, 1)).resumed >= 5);
    BOOST_TEST(ledger.folded == undisturbed());
}

BOOST_AUTO_TEST_CASE(ranks_that_disagree_are_refused) {
    const auto introduced = [](const std::string& version, const std::string& command) {
        return [=] {
            test::run_ranks(
                4, [](Ranks&, int) {},
                [&](int rank) {
                    return rank == 2 ? std::pair(version, command)
                                     : std::pair<std::string, std::string>("1.0", "resdyn a");
                });
        };
    };
    introduced("1.0", "resdyn a")();
    BOOST_TEST(test::says(test::refusal<ResourceError>(introduced("1.1", "resdyn b")), "rank 2 ("));
    BOOST_TEST(test::says(test::refusal<ResourceError>(introduced("1.1", "resdyn a")),
                          "expected version 1.0 as on rank 0, got 1.1"));
    BOOST_TEST(test::says(test::refusal<InputError>(introduced("1.0", "resdyn b")),
                          "the command of rank 0, got resdyn b"));
}

BOOST_AUTO_TEST_CASE(a_rank_with_other_weights_is_refused) {
    const auto run = [] {
        test::run_ranks(2, [](Ranks& ranks, int rank) {
            Farm farm = on(ranks);
            FarmWork work{.task =
                              [](Index) {
                                  std::this_thread::sleep_for(std::chrono::milliseconds(2));
                                  return std::string();
                              },
                          .fold = [](Index, std::string_view) {},
                          .threads = 1};
            farm.run({.name = "draws",
                      .identity = {{"weights", rank == 0 ? "ab" : "cd"}},
                      .tasks = 1000},
                     work);
        });
    };
    BOOST_TEST(test::says(test::refusal<InputError>(run), "weights cd there, ab here"));
}

BOOST_AUTO_TEST_SUITE_END()
