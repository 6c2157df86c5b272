#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/interaction/sign_graph.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(sign_graph)

BOOST_AUTO_TEST_CASE(pair_types_follow_the_two_signs) {
    BOOST_TEST((pair_type(1, 2) == PairType::Mutualism));
    BOOST_TEST((pair_type(-1, -0.1) == PairType::Competition));
    BOOST_TEST((pair_type(-1, 1) == PairType::Exploitation));
    BOOST_TEST((pair_type(1, -1) == PairType::Exploitation));
    BOOST_TEST((pair_type(0, 3) == PairType::Commensalism));
    BOOST_TEST((pair_type(-3, 0) == PairType::Amensalism));
    BOOST_TEST((pair_type(0, -0.0) == PairType::Neutral));
}

BOOST_AUTO_TEST_CASE(pairs_are_counted_once_with_their_strength) {
    const InteractionReport report =
        interaction_report(Matrix{{1.0, 2.0, -1.0}, {4.0, 0.0, 0.0}, {-3.0, 5.0, -7.0}});
    const auto tally = [&](PairType type) { return report.pairs[static_cast<std::size_t>(type)]; };
    BOOST_TEST(tally(PairType::Mutualism).count == 1);
    BOOST_TEST(tally(PairType::Mutualism).mean_strength == 3.0);
    BOOST_TEST(tally(PairType::Competition).count == 1);
    BOOST_TEST(tally(PairType::Competition).max_strength == 2.0);
    BOOST_TEST(tally(PairType::Commensalism).count == 1);
    BOOST_TEST(tally(PairType::Exploitation).count == 0);
    BOOST_TEST(report.self.positive == 1);
    BOOST_TEST(report.self.zero == 1);
    BOOST_TEST(report.self.negative == 1);
}

BOOST_AUTO_TEST_CASE(balance_is_found_under_any_signs_and_broken_by_one_link) {
    Random random(9);
    for (int k = 0; k < 50; ++k) {
        const Index n = 2 + static_cast<Index>(random.below(8));
        Matrix W(n, n);
        std::vector<int> camps;
        for (Index i = 0; i < n; ++i) {
            camps.push_back(random.below(2) == 0 ? 1 : -1);
        }
        for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j < n; ++j) {
                const int product =
                    camps[static_cast<std::size_t>(i)] * camps[static_cast<std::size_t>(j)];
                W(i, j) = i == j ? random.normal() : product * random.uniform(0.1, 1.0);
            }
        }
        InteractionReport report = interaction_report(W);
        BOOST_TEST(report.verdicts[2].holds);
        BOOST_REQUIRE_EQUAL(static_cast<Index>(report.camps.size()), n);
        for (Index i = 0; i < n; ++i) {
            const auto unit = static_cast<std::size_t>(i);
            BOOST_TEST(report.camps[unit] == camps[unit] * camps[0]);
        }
        W(0, 1) = -W(0, 1);  // a +− pair is never balanced
        report = interaction_report(W);
        BOOST_TEST(!report.verdicts[2].holds);
        BOOST_TEST(report.camps.empty());
        BOOST_TEST(!report.verdicts[2].witness.empty());
    }
    // A frustrated triangle without +− pairs.
    const InteractionReport triangle =
        interaction_report(Matrix{{0.0, -1.0, -1.0}, {-1.0, 0.0, -1.0}, {-1.0, -1.0, 0.0}});
    BOOST_TEST(!triangle.verdicts[2].holds);
    BOOST_TEST(triangle.verdicts[1].holds);  // competitive
    BOOST_TEST(!triangle.verdicts[0].holds);
    BOOST_TEST(triangle.verdicts[0].violations == 6);
}

BOOST_AUTO_TEST_CASE(degenerate_matrices_are_fine) {
    const InteractionReport one = interaction_report(Matrix{{-1.0}});
    BOOST_TEST(one.verdicts[0].holds);
    BOOST_TEST(one.verdicts[1].holds);
    BOOST_TEST(one.verdicts[2].holds);
    const InteractionReport zero = interaction_report(Matrix::Zero(3, 3));
    BOOST_TEST(zero.pairs[5].count == 3);
    BOOST_TEST(zero.camps.size() == 3U);
    BOOST_CHECK_THROW(interaction_report(Matrix(2, 3)), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
