#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <set>
#include <string>
#include <thread>

#include <resdyn/core/random.hpp>

#include "core/parallel.hpp"
#include "core/progress.hpp"
#include "core/suggestion.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(core_)

namespace {

/// What `run` writes to stderr.
std::string said(const std::function<void()>& run) {
    const test::TemporaryFolder folder;
    const auto path = folder.path / "said";
    std::fflush(stderr);
    const int before = dup(STDERR_FILENO);
    const int file = open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    dup2(file, STDERR_FILENO);
    run();
    std::fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(file);
    close(before);
    return test::content(path);
}

}  // namespace

BOOST_AUTO_TEST_CASE(philox_reproduces_the_published_vector) {
    // Random123 known-answer file: philox4x32-10, counter 0, key 0.
    Random random(0, 0);
    BOOST_TEST(random.next_u32() == 0x6627e8d5U);
    BOOST_TEST(random.next_u32() == 0xe169c58dU);
    BOOST_TEST(random.next_u32() == 0xbc57ac4cU);
    BOOST_TEST(random.next_u32() == 0x9b00dbd8U);
}

BOOST_AUTO_TEST_CASE(streams_of_different_tasks_and_seeds_differ) {
    std::set<std::uint64_t> firsts;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        for (std::uint64_t task = 0; task < 20; ++task) {
            firsts.insert(Random(seed, task).next_u64());
        }
    }
    BOOST_TEST(firsts.size() == 400U);
}

BOOST_AUTO_TEST_CASE(uniform_and_normal_have_their_moments) {
    Random random(7);
    constexpr int n = 200000;
    double sum = 0;
    double square = 0;
    double normal_sum = 0;
    double normal_square = 0;
    for (int i = 0; i < n; ++i) {
        const double u = random.uniform();
        BOOST_REQUIRE(u >= 0);
        BOOST_REQUIRE(u < 1);
        sum += u;
        square += u * u;
        const double z = random.normal();
        normal_sum += z;
        normal_square += z * z;
    }
    // Five standard errors.
    BOOST_TEST(std::abs(sum / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
    BOOST_TEST(std::abs(square / n - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / n));
    BOOST_TEST(std::abs(normal_sum / n) < 5 * std::sqrt(1.0 / n));
    BOOST_TEST(std::abs(normal_square / n - 1) < 5 * std::sqrt(2.0 / n));
}

BOOST_AUTO_TEST_CASE(permutation_holds_every_number_once) {
    Random random(3);
    std::vector<Index> order = random.permutation(1000);
    BOOST_TEST(!std::is_sorted(order.begin(), order.end()));
    std::sort(order.begin(), order.end());
    for (Index i = 0; i < 1000; ++i) {
        BOOST_REQUIRE_EQUAL(order[static_cast<std::size_t>(i)], i);
    }
}

BOOST_AUTO_TEST_CASE(below_rejects_zero) {
    BOOST_CHECK_THROW(Random(1).below(0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(every_task_runs_once_for_any_thread_count) {
    for (const int threads : {1, 2, 5, 0}) {
        std::vector<std::atomic<int>> runs(997);
        parallel_for(997, threads, [&](Index i) { ++runs[static_cast<std::size_t>(i)]; });
        BOOST_TEST(std::all_of(runs.begin(), runs.end(), [](const auto& r) { return r == 1; }));
    }
    parallel_for(0, 2, [](Index) { BOOST_FAIL("no task to run"); });
}

BOOST_AUTO_TEST_CASE(nested_calls_run_and_exceptions_come_out) {
    std::atomic<int> inner{0};
    parallel_for(8, 3, [&](Index) { parallel_for(5, 3, [&](Index) { ++inner; }); });
    BOOST_TEST(inner == 40);
    BOOST_CHECK_THROW(parallel_for(100, 3,
                                   [](Index i) {
                                       if (i == 50) {
                                           throw std::runtime_error("task 50");
                                       }
                                   }),
                      std::runtime_error);
    // The pool is usable afterwards.
    std::atomic<int> after{0};
    parallel_for(10, 3, [&](Index) { ++after; });
    BOOST_TEST(after == 10);
}

BOOST_AUTO_TEST_CASE(durations_read_as_clocks) {
    BOOST_TEST(format_duration(31) == "00:31");
    BOOST_TEST(format_duration(725) == "12:05");
    BOOST_TEST(format_duration(3723) == "1:02:03");
}

BOOST_AUTO_TEST_CASE(the_nearest_name_is_one_edit_in_three_letters_away) {
    const std::vector<std::string> names = {"logistic", "tanh", "softplus", "relu"};
    BOOST_TEST(nearest_name("tahn", names) == "tanh");  // neighbours exchanged
    BOOST_TEST(nearest_name("Logistik", names) == "logistic");
    BOOST_TEST(nearest_name("ReLU", names) == "relu");
    BOOST_TEST(nearest_name("soft", names) == "softplus");  // begins just one
    BOOST_TEST(nearest_name("gelu", names) == "relu");
    BOOST_TEST(nearest_name("sine", names).empty());
    BOOST_TEST(nearest_name("", names).empty());
    BOOST_TEST(nearest_name(std::string(1000, 'x'), names).empty());
    BOOST_CHECK_EXCEPTION(
        reject_name("--f", "one of logistic, tanh or relu", "thanh"), std::invalid_argument,
        [](const std::invalid_argument& e) {
            return std::string(e.what()) ==
                   "--f: expected one of logistic, tanh or relu, got thanh; did you mean tanh?";
        });
}

BOOST_AUTO_TEST_CASE(a_forked_process_has_workers_of_its_own) {
    const auto sum = [] {
        std::atomic<Index> total{0};
        parallel_for(1000, 3, [&](Index k) { total += k; });
        return total.load();
    };
    BOOST_TEST(sum() == 499500);  // the pool has workers now
    const pid_t child = fork();
    if (child == 0) {
        const bool right = sum() == 499500 && sum() == 499500;
        std::exit(right ? 7 : 1);  // with all destructors, the pool's among them
    }
    int status = 0;
    BOOST_REQUIRE(waitpid(child, &status, 0) == child);
    BOOST_TEST(WIFEXITED(status));
    BOOST_TEST(WEXITSTATUS(status) == 7);
    BOOST_TEST(sum() == 499500);
}

BOOST_AUTO_TEST_CASE(the_time_left_does_not_count_what_an_earlier_run_had_done) {
    const std::string lines = said([] {
        Progress progress("work", 100, ProgressMode::Lines);
        progress.update(50, "", 50);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        progress.update(50.25, "", 50);
        progress.update(100, "", 50);
    });
    BOOST_TEST(lines.find("50 % · estimating") != std::string::npos);
    // A quarter of a hundredth in 50 ms or more: the other half takes ten seconds at least.
    BOOST_TEST(lines.find(" · 00:00 left\nwork 100 %") == std::string::npos);
    BOOST_TEST(lines.find("100 % · 00:00 left") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
