#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/studies/analysis.hpp>

#include "core/stratified_sample.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(analysis_)

namespace {

ResidualNetwork network_of(const Matrix& W, Activation f, double step = 0.5) {
    const Index n = W.rows();
    return {.activation = f,
            .step = step,
            .depth = 6,
            .blocks = {{W, Vector::Zero(n), {}}},
            .readout = {Random(1).normal_matrix(2, n, 1.0), Vector::Zero(2)},
            .input = {}};
}

Dataset data_of(Index width, Index count) {
    Dataset data;
    data.name = "test";
    data.inputs = Random(4).normal_matrix(width, count, 1.0).cast<float>();
    data.labels =
        Eigen::VectorXi::LinSpaced(count, 0, static_cast<int>(count) - 1).unaryExpr([](int k) {
            return k % 2;
        });
    data.classes = 2;
    return data;
}

}  // namespace

BOOST_AUTO_TEST_CASE(small_networks_get_everything) {
    const Dataset data = data_of(2, 80);
    const Analysis a =
        analyze(network_of(named_system("winner-takes-all").W, Activation::Logistic), &data);
    BOOST_TEST((a.equilibria_method == EquilibriaSource::Complete));
    BOOST_REQUIRE(a.atlas && a.settled && a.discretisation && a.evidence && a.portrait);
    BOOST_TEST(a.atlas->counts.stable == 2);
    BOOST_TEST(a.system.rank.rank == 2);
    BOOST_TEST(a.system.invariant_drift == -1.0);
    BOOST_TEST(std::abs(a.system.leading_eigenvalues.values[0] - 3.0) < 1e-12);
    BOOST_TEST(a.system.leading_eigenvalues.residuals[0] < 1e-12);
    BOOST_TEST(std::abs(a.system.spectral_radius - 3.0) < 1e-12);
    BOOST_TEST(a.notes.empty());
    // Every settled input is in one group, and every group's classes add up.
    Index members = 0;
    for (std::size_t g = 0; g < a.group_classes.size(); ++g) {
        Index sum = 0;
        for (const Index count : a.group_classes[g].by_class) {
            sum += count;
        }
        BOOST_TEST(sum == static_cast<Index>(a.settled->groups[g].members.size()));
        BOOST_TEST(a.group_classes[g].purity >= 0.5);
        members += sum;
    }
    BOOST_TEST(members == a.settled->count(SettleOutcome::Settled));
    BOOST_TEST(members == 80);
}

BOOST_AUTO_TEST_CASE(large_networks_are_analyzed_from_their_data_and_say_so) {
    const Index n = 30;
    const Dataset data = data_of(n, 40);
    const Matrix W = Random(2).normal_matrix(n, n, 0.3) + 1.0 * Matrix::Identity(n, n);
    const Analysis a = analyze(network_of(W, Activation::Tanh), &data);
    BOOST_TEST((a.equilibria_method == EquilibriaSource::FromData));
    BOOST_TEST(!a.atlas.has_value());
    // The portrait is a projection onto the data's first two principal components: what is drawn
    // of a start and of its layers is that of f(Wx + b), taken here from the layers themselves.
    BOOST_REQUIRE(a.portrait.has_value());
    BOOST_TEST((a.portrait->slice.kind == SliceKind::Principal));
    BOOST_REQUIRE_EQUAL(a.portrait->trajectories.size(), 12U);
    const ResidualNetwork network = network_of(W, Activation::Tanh);
    const LayerStates states =
        run_layers(network, initial_activity(network, data.inputs.cast<double>()));
    const std::vector<Index> drawn = stratified_sample(data.labels, 12, AnalysisOptions{}.seed);
    BOOST_TEST(data.labels(drawn).sum() == 6);  // of either class
    for (std::size_t place = 0; place < 12; ++place) {
        const PortraitTrajectory& path = a.portrait->trajectories[place];
        const Index k = drawn[place];
        BOOST_TEST(path.label == data.labels[k]);
        for (std::size_t layer = 0; layer < states.u.size(); ++layer) {
            const Vector y = states.u[layer].col(k).array().tanh();
            const Vector s = a.portrait->slice.basis.transpose() * (y - a.portrait->slice.origin);
            BOOST_TEST((path.layers.col(static_cast<Index>(layer)) - s).norm() < 1e-12);
        }
    }
    BOOST_REQUIRE(a.settled.has_value());
    BOOST_TEST(a.settled->outcomes.size() == 40U);
    BOOST_REQUIRE_EQUAL(a.notes.size(), 2U);
    BOOST_TEST(a.notes[0].find("Cycles, tori and chaos were not searched") != std::string::npos);
    BOOST_TEST(a.notes[1].find("sought from 40 inputs only") != std::string::npos);
    BOOST_TEST(!a.cycles.has_value());
    for (const SettledGroup& group : a.settled->groups) {
        // Route two: the sign condition of a stable vertex, in double arithmetic.
        const Equilibrium& e = group.equilibrium;
        const Vector Wy = W * e.y;
        for (Index i = 0; i < n; ++i) {
            if (e.pattern[i] != UnitState::Free) {
                BOOST_TEST((Wy[i] > 0) == (e.pattern[i] == UnitState::High));
            } else {
                BOOST_TEST(std::abs(Wy[i]) < 1e-9);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(without_data_or_with_unbounded_activations_it_says_what_was_not_done) {
    const Analysis bare =
        analyze(network_of(named_system("winner-takes-all").W, Activation::Logistic), nullptr);
    BOOST_TEST(bare.portrait.has_value());
    BOOST_TEST(!bare.settled.has_value());
    BOOST_TEST(bare.notes.size() == 1U);
    const Dataset data = data_of(3, 20);
    const Matrix W = Random(8).normal_matrix(3, 3, 0.4);
    for (const Activation f : {Activation::Softplus, Activation::ReLU}) {
        const Analysis a = analyze(network_of(W, f), &data);
        BOOST_TEST((a.equilibria_method == EquilibriaSource::Cones));
        BOOST_TEST(a.cones->supports == 7);
        BOOST_TEST(a.evidence->balances());
        BOOST_REQUIRE_EQUAL(a.notes.size(), 1U);
        BOOST_TEST(a.notes[0].find("not followed to rest") != std::string::npos);
        AnalysisOptions small;
        small.complete_up_to = 2;
        const Analysis large = analyze(network_of(W, f), &data, small);
        BOOST_TEST((large.equilibria_method == EquilibriaSource::NotAvailable));
        BOOST_TEST(!large.cones.has_value());
        BOOST_TEST(large.notes[0].find("N = 3 is beyond") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(invariants_are_measured_where_W_is_singular) {
    const Dataset data = data_of(2, 20);
    const Analysis a =
        analyze(network_of(named_system("mutual-help").W, Activation::Logistic), &data);
    BOOST_TEST(a.system.rank.rank == 1);
    BOOST_TEST(a.system.invariant_drift >= 0);
    BOOST_TEST(a.system.invariant_drift < 1e-13);
}

BOOST_AUTO_TEST_CASE(data_that_do_not_fit_are_refused) {
    const ResidualNetwork network =
        network_of(named_system("winner-takes-all").W, Activation::Logistic);
    Dataset data = data_of(3, 10);
    BOOST_CHECK_THROW(analyze(network, &data), std::invalid_argument);
    data = data_of(2, 10);
    data.classes = 3;
    BOOST_CHECK_THROW(analyze(network, &data), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
