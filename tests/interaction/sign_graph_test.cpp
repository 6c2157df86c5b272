#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/interaction/components.hpp>
#include <resdyn/interaction/effective.hpp>
#include <resdyn/interaction/sign_graph.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(sign_graph_)

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
        BOOST_TEST(report.balanced.holds);
        BOOST_REQUIRE_EQUAL(static_cast<Index>(report.camps.size()), n);
        for (Index i = 0; i < n; ++i) {
            const auto unit = static_cast<std::size_t>(i);
            BOOST_TEST(report.camps[unit] == camps[unit] * camps[0]);
        }
        W(0, 1) = -W(0, 1);  // a +− pair is never balanced
        report = interaction_report(W);
        BOOST_TEST(!report.balanced.holds);
        BOOST_TEST(report.camps.empty());
        BOOST_TEST(!report.balanced.witness.empty());
    }
    // A frustrated triangle without +− pairs.
    const InteractionReport triangle =
        interaction_report(Matrix{{0.0, -1.0, -1.0}, {-1.0, 0.0, -1.0}, {-1.0, -1.0, 0.0}});
    BOOST_TEST(!triangle.balanced.holds);
    BOOST_TEST(triangle.competitive.holds);  // competitive
    BOOST_TEST(!triangle.cooperative.holds);
    BOOST_TEST(triangle.cooperative.violations == 6);
}

BOOST_AUTO_TEST_CASE(degenerate_matrices_are_fine) {
    const InteractionReport one = interaction_report(Matrix{{-1.0}});
    BOOST_TEST(one.cooperative.holds);
    BOOST_TEST(one.competitive.holds);
    BOOST_TEST(one.balanced.holds);
    const InteractionReport zero = interaction_report(Matrix::Zero(3, 3));
    BOOST_TEST(zero.pairs[5].count == 3);
    BOOST_TEST(zero.camps.size() == 3U);
    BOOST_CHECK_THROW(interaction_report(Matrix(2, 3)), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(margins_name_the_entry_that_comes_closest) {
    Matrix W{{-5.0, 0.5, 2.0}, {1.0, 0.0, 3.0}, {0.25, 4.0, 9.0}};
    BOOST_TEST(interaction_report(W).cooperative.margin == 0.25);
    W(2, 1) = -4.0;
    W(0, 1) = -1.0;
    const SignTest broken = interaction_report(W).cooperative;
    BOOST_TEST(broken.margin == -4.0);
    BOOST_TEST(broken.violations == 2);
    BOOST_TEST(broken.witness == "w[2,1] = -4");
    BOOST_TEST(std::isinf(interaction_report(Matrix{{2.0}}).cooperative.margin));
}

BOOST_AUTO_TEST_CASE(net_help_is_a_row_or_column_without_the_unit_itself) {
    const InteractionReport report =
        interaction_report(Matrix{{9.0, 2.0, -1.0}, {4.0, 9.0, 0.0}, {-3.0, 5.0, 9.0}});
    BOOST_TEST(report.received == (Vector{{1.0, 4.0, 2.0}}));
    BOOST_TEST(report.given == (Vector{{1.0, 7.0, -1.0}}));
}

/// j reaches i by a walk of any length.
Matrix reachability(const Matrix& W) {
    Matrix R = (W.array() != 0).cast<double>();
    R.diagonal().setOnes();
    for (Index k = 0; k < W.rows(); ++k) {
        R = (R * R).unaryExpr([](double v) { return v > 0 ? 1.0 : 0.0; });
    }
    return R;
}

BOOST_AUTO_TEST_CASE(components_are_the_classes_of_mutual_reach_drivers_first) {
    Random random(31);
    for (int k = 0; k < 60; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(9));
        Matrix W(n, n);
        for (double& w : W.reshaped()) {
            w = random.uniform() < 0.2 ? random.normal() : 0.0;
        }
        const Components components = strongly_connected_components(W);
        const Matrix R = reachability(W);
        Index units = 0;
        for (const auto& members : components.members) {
            units += static_cast<Index>(members.size());
        }
        BOOST_TEST(units == n);
        for (Index i = 0; i < n; ++i) {
            const Index own = components.component_of[static_cast<std::size_t>(i)];
            bool driven = false;
            for (Index j = 0; j < n; ++j) {
                const Index other = components.component_of[static_cast<std::size_t>(j)];
                BOOST_TEST((own == other) == (R(i, j) * R(j, i) > 0));
                BOOST_TEST((R(i, j) == 0 || other <= own));
                driven = driven || (R(i, j) > 0 && other != own);
            }
            BOOST_TEST(components.is_autonomous[static_cast<std::size_t>(own)] == !driven);
        }
    }
    BOOST_TEST(strongly_connected_components(Matrix::Ones(4, 4)).is_irreducible());
    Matrix chain = Matrix::Zero(3000, 3000);
    for (Index i = 1; i < 3000; ++i) {
        chain(i - 1, i) = 1.0;  // deep: no recursion may overflow
    }
    const Components deep = strongly_connected_components(chain);
    BOOST_TEST(deep.members.size() == 3000U);
    BOOST_TEST(deep.members.front().front() == 2999);
}

BOOST_AUTO_TEST_CASE(effective_interaction_is_that_of_the_mean_effective_matrix) {
    Random random(5);
    const Matrix W = random.normal_matrix(6, 6, 1.0);
    const Matrix u = random.normal_matrix(6, 4, 2.0);
    for (const Activation f : all_activations) {
        const EffectiveInteraction e = effective_interaction(W, f, {0.0, 1.0}, {u, 2.0 * u});
        Matrix mean = Matrix::Zero(6, 6);
        for (Index s = 0; s < 4; ++s) {
            mean += slope(f, Vector(2.0 * u.col(s))).asDiagonal() * W / 4.0;
        }
        const InteractionReport report = interaction_report(mean);
        double help = 0.0;
        for (Index i = 0; i < 6; ++i) {
            for (Index j = 0; j < 6; ++j) {
                help += i != j ? std::max(mean(i, j), 0.0) : 0.0;
            }
        }
        BOOST_TEST(e.help[1] == help, boost::test_tools::tolerance(1e-12));
        for (std::size_t k = 0; k < 6; ++k) {
            BOOST_TEST(e.end[k].count == report.pairs[k].count);
            if (f != Activation::ReLU) {  // a ReLU unit that is off in all samples changes types
                BOOST_TEST(e.strength(static_cast<Index>(k), 1) == report.pairs[k].mean_strength,
                           boost::test_tools::tolerance(1e-12));
            }
        }
    }
    // Saturated units can be neither helped nor harmed.
    const EffectiveInteraction far =
        effective_interaction(W, Activation::Tanh, {0.0}, {Matrix::Constant(6, 1, 800.0)});
    BOOST_TEST(far.end[5].count == 15);
    BOOST_CHECK_THROW(effective_interaction(W, Activation::Tanh, {}, {}), std::invalid_argument);
    BOOST_CHECK_THROW(effective_interaction(W, Activation::Tanh, {0.0}, {Matrix(5, 1)}),
                      std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
