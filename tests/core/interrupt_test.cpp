#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <set>
#include <thread>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "core/parallel.hpp"

using namespace resdyn;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(interrupt_)

BOOST_AUTO_TEST_CASE(a_signal_stops_what_asks_and_no_more) {
    const InterruptScope interrupts;
    BOOST_TEST(!interrupt_requested());
    std::raise(SIGINT);
    BOOST_TEST(interrupt_requested());
    BOOST_CHECK_THROW(stop_if_interrupted("test"), ResourceError);
    BOOST_CHECK_NO_THROW(interruption_point("test"));
    acknowledge_interrupt();
    BOOST_TEST(!interrupt_requested());
}

BOOST_AUTO_TEST_CASE(a_scope_is_asked_on_its_own_thread_now_and_then) {
    int asked = 0;
    std::set<std::thread::id> threads;
    StopScope scope([&] {
        ++asked;
        threads.insert(std::this_thread::get_id());
        return asked == 3;
    });
    const auto begin = std::chrono::steady_clock::now();
    const auto wait_for_stop = [&] {
        parallel_for(100000, 2, [](Index) { std::this_thread::sleep_for(1ms); });
    };
    BOOST_CHECK_THROW(wait_for_stop(), ResourceError);
    const auto taken = std::chrono::steady_clock::now() - begin;
    BOOST_TEST(asked == 3);
    BOOST_TEST(threads.size() == 1U);
    BOOST_CHECK(taken >= 3 * StopScope::interval);
    BOOST_CHECK(taken < 50s);  // 100000 tasks of a millisecond on two threads
    BOOST_TEST(interrupt_requested());
    acknowledge_interrupt();
    BOOST_TEST(interrupt_requested());  // the request stays
}

BOOST_AUTO_TEST_CASE(within_its_grace_work_ends_by_itself) {
    const StopScope scope([] { return true; }, 1h);
    std::this_thread::sleep_for(2 * StopScope::interval);
    std::atomic<int> done{0};
    std::atomic<int> told{0};
    parallel_for(100, 2, [&](Index) {
        ++done;
        told += interrupt_requested() ? 1 : 0;
        std::this_thread::sleep_for(1ms);  // so that the caller, who asks, has tasks of its own
    });
    BOOST_TEST(done == 100);
    BOOST_TEST(told > 0);
    BOOST_CHECK_THROW(stop_if_interrupted("test"), ResourceError);
}

BOOST_AUTO_TEST_CASE(a_scope_stops_its_own_work_only) {
    std::atomic<bool> other_was_stopped{true};
    std::atomic<bool> stopped{false};
    std::thread other([&] {
        const StopScope never([] { return false; });
        while (!stopped) {
            parallel_for(4, 2, [](Index) { std::this_thread::sleep_for(1ms); });
        }
        other_was_stopped = interrupt_requested();
    });
    {
        const StopScope at_once([] { return true; });
        const auto work = [] {
            parallel_for(100000, 2, [](Index) { std::this_thread::sleep_for(1ms); });
        };
        BOOST_CHECK_THROW(work(), ResourceError);
    }
    stopped = true;
    other.join();
    BOOST_TEST(!other_was_stopped);
    BOOST_TEST(!interrupt_requested());
}

BOOST_AUTO_TEST_SUITE_END()
