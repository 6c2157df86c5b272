// Equilibria followed by pattern over a sequence of systems.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include <resdyn/bifurcation/pattern_history.hpp>
#include <resdyn/core/random.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(pattern_history_)

namespace {

std::string words(const PatternEvent& e) {
    return std::to_string(e.after) + " " + std::string(to_string(e.change)) + " " +
           to_string(e.pattern) + " " + std::to_string(e.unstable_before) + " " +
           std::to_string(e.unstable_after);
}

ResidualSystem competing(double self) {
    return ResidualSystem(Matrix{{self, -2}, {-2, self}}, Activation::Logistic);
}

}  // namespace

BOOST_AUTO_TEST_CASE(births_deaths_and_stability_of_winner_takes_all) {
    const auto history = resdyn::pattern_history(
        {{0, competing(3)}, {5, competing(1)}, {9, competing(-1)}, {10, competing(3)}});
    BOOST_TEST((history.method == HistoryMethod::Atlas));
    std::vector<std::string> found;
    for (const PatternEvent& event : history.events) {
        found.push_back(words(event));
    }
    const std::vector<std::string> expected = {
        "5 stability HH 0 2", "5 death HF 1 -1",     "5 death FH 1 -1",     "9 stability LH 0 1",
        "9 stability HL 0 1", "10 stability LH 1 0", "10 stability HL 1 0", "10 stability HH 2 0",
        "10 birth HF -1 1",   "10 birth FH -1 1"};
    BOOST_TEST(found == expected, boost::test_tools::per_element());
    BOOST_TEST(history.epochs[0].equilibria == 6);
    BOOST_TEST(history.epochs[0].stable == 3);
    BOOST_TEST(history.epochs[1].stable == 2);
    BOOST_TEST(history.epochs[2].complete);
}

BOOST_AUTO_TEST_CASE(larger_systems_say_what_was_done_instead) {
    Random random(2);
    const Matrix W = random.normal_matrix(10, 10, 1.0);
    const std::vector<EpochSystem> systems = {{0, ResidualSystem(W, Activation::Logistic)},
                                              {1, ResidualSystem(-W, Activation::Logistic)}};
    const auto stable = resdyn::pattern_history(systems);
    BOOST_TEST((stable.method == HistoryMethod::StableSet));
    BOOST_TEST(says(stable.scope, "too large", "branch and bound", "2 of 2"));
    const auto sampled = resdyn::pattern_history(systems, {.stable_dimension = 8, .starts = 64});
    BOOST_TEST((sampled.method == HistoryMethod::RandomStarts));
    BOOST_TEST(says(sampled.scope, "too large", "64 random starts"));
    // What starts come to rest at is stable, hence among all that are.
    for (const PatternTrack& track : sampled.tracks) {
        BOOST_TEST(std::any_of(stable.tracks.begin(), stable.tracks.end(),
                               [&](const PatternTrack& t) { return t.pattern == track.pattern; }));
    }
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ResidualSystem other(Matrix::Identity(3, 3), Activation::Logistic);
    BOOST_TEST(says(refusal([] { resdyn::pattern_history({}); }), "at least one"));
    BOOST_TEST(says(refusal([&] {
                        resdyn::pattern_history({{0, competing(1)}, {1, other}});
                    }),
                    "epoch 1", "2 residuals", "3"));
    BOOST_TEST(says(refusal([&] {
                        resdyn::pattern_history({{1, competing(1)}, {1, competing(2)}});
                    }),
                    "increasing"));
}

BOOST_AUTO_TEST_SUITE_END()
