// Certified stop: no certificate is wrong, and those that theory promises are given.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

#include <resdyn/depth/analytic_tail.hpp>
#include <resdyn/depth/certified_stop.hpp>
#include <resdyn/depth/early_stop.hpp>
#include <resdyn/depth/future_box.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/settling/settle.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(certified_stop_)

namespace {

/// A bare system with the read-out [I; −I]: a class for each unit's High, and one for its Low.
ResidualNetwork with_unit_readout(const NamedSystem& system, Index depth, double step = 1.0) {
    const Index N = system.W.rows();
    ResidualNetwork network;
    network.activation = system.activation;
    network.step = step;
    network.depth = depth;
    network.blocks = {{system.W, Vector::Zero(N), {}}};
    network.readout = {Matrix(2 * N, N), Vector::Zero(2 * N)};
    network.readout.M << Matrix::Identity(N, N), -Matrix::Identity(N, N);
    return network;
}

/// Starts x0 = W⁺u0 would need an invertible W; random activities do.
Matrix random_starts(Index N, Index count, std::uint64_t seed) {
    return Random(seed).normal_matrix(N, count, 1.0);
}

/// A random network of small width; scale and depth vary with the seed.
ResidualNetwork random_network(std::uint64_t seed, Activation f, bool two_matrices = false) {
    Random random(seed, 77);
    const Index N = 1 + static_cast<Index>(random.below(6));
    ResidualNetwork network = test::residual_network(f, N, two_matrices, true, false, seed);
    network.blocks[0].W *= random.uniform(0.05, 2.5);
    network.step = random.uniform(0.05, 1.5);
    network.depth = 2 + static_cast<Index>(random.below(14));
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_certificate_is_wrong_and_the_tails_error_stays_within_its_bound) {
    Index early = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        for (const Activation f : all_activations) {
            const ResidualNetwork network = random_network(seed, f, seed % 3 == 0);
            const Matrix inputs = random_starts(network.width(), 8, seed);
            const CertificateReport report = certify(network, inputs);
            BOOST_TEST(report.wrong == 0, to_string(f) << ", seed " << seed);
            BOOST_TEST(report.worst_tail_share <= 1.0, to_string(f) << ", seed " << seed);
            for (std::size_t j = 0; j < report.certified_at.size(); ++j) {
                BOOST_TEST(report.certified_at[j] >= report.final_from[j]);
                early += report.certified_at[j] + 2 < network.depth ? 1 : 0;
            }
        }
    }
    BOOST_TEST(early > 1000);  // certificates that certify nothing would be sound too
}

BOOST_AUTO_TEST_CASE(a_class_certified_for_ever_stays_for_a_thousand_layers) {
    Index certified = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
            ResidualNetwork network = random_network(seed, f);
            network.depth = 1000;
            const Matrix inputs = random_starts(network.width(), 4, seed);
            const LayerStates states = run_layers(network, initial_activity(network, inputs));
            const FutureBox box(network);
            for (const std::size_t n : {1U, 3U, 10U}) {
                const Matrix logits = network.readout(states.x[n]);
                const BoxBounds bounds = box.bounds(states.u[n - 1], logits, std::nullopt);
                for (Index j = 0; j < inputs.cols(); ++j) {
                    if (!(bounds.lead.col(j).array() > 0).all()) {
                        continue;
                    }
                    ++certified;
                    BOOST_TEST(bounds.at_vertex[static_cast<std::size_t>(j)]);
                    Index c = 0;
                    logits.col(j).maxCoeff(&c);
                    for (std::size_t m = n; m <= 1000; ++m) {
                        const Vector later = network.readout(states.x[m].col(j));
                        for (Index k = 0; k < later.size(); ++k) {
                            if (k != c && !(later[c] > later[k])) {
                                BOOST_FAIL("the class changed: seed " << seed << ", layer " << m);
                            }
                            // The bound itself, not the class alone.
                            if (k != c && later[c] - later[k] < bounds.lead(k, j) - 1e-9) {
                                BOOST_FAIL("the bound is wrong: seed " << seed << ", layer " << m);
                            }
                        }
                    }
                }
            }
        }
    }
    BOOST_TEST(certified > 100);
}

BOOST_AUTO_TEST_CASE(every_input_that_ends_in_a_hyperbolic_vertex_of_a_theory_system_is_certified) {
    Index at_vertices = 0;
    for (const NamedSystem& system : named_systems()) {
        const ResidualNetwork network = with_unit_readout(system, 200, 0.5);
        const Matrix inputs = random_starts(system.W.rows(), 40, 3);
        const Matrix u0 = (network.blocks[0].W * inputs).colwise() + network.blocks[0].b;
        const SettleResult settled = settle(residual_system(network), u0, {.max_layers = 150});
        const CertificateReport report = certify(network, inputs);
        BOOST_TEST(report.wrong == 0, system.name);
        for (const SettledGroup& group : settled.groups) {
            if (!group.equilibrium.pattern.free_units().empty()) {
                continue;
            }
            for (const Index j : group.members) {
                ++at_vertices;
                // Not only at the end of the network, where nothing is left to prove.
                BOOST_TEST(report.certified_at[static_cast<std::size_t>(j)] < network.depth - 40,
                           system.name << ", input " << j << " at "
                                       << report.certified_at[static_cast<std::size_t>(j)]
                                       << ", oracle "
                                       << report.final_from[static_cast<std::size_t>(j)]);
            }
        }
    }
    BOOST_TEST(at_vertices > 150);
}

BOOST_AUTO_TEST_CASE(early_stop_gives_the_classes_of_the_whole_network_in_fewer_layers) {
    std::vector<Index> everywhere(30);
    std::iota(everywhere.begin(), everywhere.end(), Index{0});
    for (const bool boxes : {false, true}) {
        Index saved = 0;
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            ResidualNetwork network = random_network(seed, Activation::Logistic, seed % 4 == 0);
            network.depth = 30;
            const Matrix inputs = random_starts(network.width(), 200, seed);
            const LayerStates states = run_layers(network, inputs);
            const Eigen::VectorXi whole = predicted_classes(network.readout(states.x.back()));
            const EarlyStop stop =
                run_with_early_stop(network, inputs, {.boxes = boxes, .tried_after = everywhere});
            BOOST_TEST((stop.classes == whole));
            const EarlyStop chosen = run_with_early_stop(network, inputs, {.boxes = boxes});
            BOOST_TEST((chosen.classes == whole));
            BOOST_TEST(chosen.layer_runs >= stop.layer_runs);
            for (const Index n : stop.layers) {
                saved += network.depth - n;
            }
        }
        BOOST_TEST(saved > 60 * 200 * 3, (boxes ? "boxes " : "no boxes ") << saved);
    }
}

BOOST_AUTO_TEST_CASE(the_proofs_are_tried_only_where_that_pays) {
    // A wide network that has settled when half of its layers have run: one try is enough. The
    // same with a read-out that decides nothing: none is made.
    const Index N = 128;
    ResidualNetwork network;
    network.depth = 24;
    network.step = 0.5;
    network.blocks = {{Matrix::Identity(N, N), Vector::Zero(N), {}}};
    network.readout = {Matrix::Ones(2, N), Vector::Zero(2)};
    network.readout.M.row(1) *= -1.0;
    const Matrix inputs = random_starts(N, 300, 5);
    const EarlyStop stop = run_with_early_stop(network, inputs);
    BOOST_TEST(!stop.tried_after.empty());
    BOOST_TEST(stop.layer_runs < network.depth * inputs.cols() * 3 / 4);
    BOOST_TEST((stop.classes.array() == 0).all());
    network.readout.M.row(1) = network.readout.M.row(0);
    const EarlyStop none = run_with_early_stop(network, inputs);
    BOOST_TEST(none.tried_after.empty());
    BOOST_TEST(none.layer_runs == network.depth * inputs.cols());
    BOOST_TEST(says(refusal([&] { run_with_early_stop(network, inputs, {.pilot = 0}); }), "pilot",
                    "at least 1", "0"));
    BOOST_TEST(says(refusal([&] { run_with_early_stop(network, inputs, {.tried_after = {24}}); }),
                    "tried_after", "0 to 23", "24"));
}

BOOST_AUTO_TEST_CASE(early_stop_and_certificates_agree_on_the_layer_and_on_any_threads) {
    const ResidualNetwork network = with_unit_readout(named_system("winner-takes-all"), 40, 0.5);
    const Matrix inputs = random_starts(2, 500, 9);
    const CertificateReport report = certify(network, inputs);
    std::vector<Index> everywhere(40);
    std::iota(everywhere.begin(), everywhere.end(), Index{0});
    const auto run = [&](int threads, const std::vector<Index>& tried_after) {
        return run_with_early_stop(network, inputs,
                                   {.boxes = true, .tried_after = tried_after, .threads = threads});
    };
    const EarlyStop one = run(1, everywhere);
    BOOST_TEST((one.layers == run(3, everywhere).layers));
    BOOST_TEST((run(1, {}).layers == run(3, {}).layers));
    Index differ = 0;
    for (std::size_t j = 0; j < one.layers.size(); ++j) {
        differ += one.layers[j] == report.certified_at[j] ? 0 : 1;
    }
    BOOST_TEST(differ == 0);
}

BOOST_AUTO_TEST_CASE(certified_is_by_one_of_the_three_proofs_and_for_ever_is_apart) {
    Index for_ever_first = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const ResidualNetwork network = random_network(seed, Activation::Tanh);
        const Matrix inputs = random_starts(network.width(), 8, seed);
        const CertificateReport report = certify(network, inputs);
        for (const LayerCertificates& layer : report.layers) {
            const double best =
                std::max({layer.by_cube.value, layer.by_tail.value, layer.by_box.value});
            const double sum = layer.by_cube.value + layer.by_tail.value + layer.by_box.value;
            BOOST_TEST(layer.by_any.value >= best);
            BOOST_TEST(layer.by_any.value <= sum + 1e-12);
            for_ever_first += layer.forever.value > layer.by_any.value ? 1 : 0;
        }
        // Inference knows the three proofs, of the tail a cheaper and weaker form.
        std::vector<Index> everywhere(static_cast<std::size_t>(network.depth));
        std::iota(everywhere.begin(), everywhere.end(), Index{0});
        const EarlyStop stop =
            run_with_early_stop(network, inputs, {.boxes = true, .tried_after = everywhere});
        for (std::size_t j = 0; j < stop.layers.size(); ++j) {
            BOOST_TEST(stop.layers[j] >= report.certified_at[j], "seed " << seed);
        }
    }
    // Such layers exist: if a share for ever counted as certified, none could.
    BOOST_TEST(for_ever_first > 0);
}

BOOST_AUTO_TEST_CASE(own_weights_have_the_cube_and_it_is_sound) {
    Index certified = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const ResidualNetwork network =
            test::residual_network(Activation::Tanh, 5, seed % 2 == 0, false, false, seed);
        const CertificateReport report =
            certify(network, random_starts(network.width(), 20, seed) * 10.0);
        BOOST_TEST(report.wrong == 0);
        BOOST_TEST(report.norm_bound == 0.0);
        certified += report.checked;
    }
    BOOST_TEST(certified > 2000);  // more than the last layer alone gives: 100 × 20
}

BOOST_AUTO_TEST_CASE(the_norm_bound_is_an_upper_bound_and_tight) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Matrix W = Random(seed).normal_matrix(30, 30, 1.0);
        const double sigma = rank_report(W).singular_values[0];
        BOOST_TEST(norm_upper_bound(W) >= sigma);
        BOOST_TEST(norm_upper_bound(W) <= sigma * (1 + 1e-9));
    }
    BOOST_TEST(norm_upper_bound(Matrix::Zero(3, 3)) == 0.0);
}

BOOST_AUTO_TEST_CASE(the_tail_of_a_saturated_unit_is_exact_to_its_vanishing_bound) {
    // One unit, w > 0: u grows by h w y a layer, and y → 1: the closed form becomes exact.
    ResidualNetwork network = with_unit_readout(named_system("one-unit"), 30);
    const AnalyticTail tail(network);
    const LayerStates states = run_layers(network, Matrix::Constant(1, 1, 0.3));
    double before = 1e300;
    for (const std::size_t n : {3U, 5U, 7U}) {
        const TailBounds bounds =
            tail.bounds({states.u[n - 2], states.u[n - 1], network.readout(states.x[n])}, 5);
        const Vector truth = network.readout(states.x[n + 5]);
        const double error = (truth - bounds.logits).cwiseAbs().maxCoeff();
        BOOST_TEST(error <= bounds.error.maxCoeff());
        BOOST_TEST((truth - bounds.held_logits).cwiseAbs().maxCoeff() <=
                   bounds.held_error.maxCoeff());
        BOOST_TEST(bounds.error.maxCoeff() < 0.5 * before);
        before = bounds.error.maxCoeff();
    }
    BOOST_TEST(before < 1e-3);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_certified_is_refused) {
    ResidualNetwork bare = with_unit_readout(named_system("winner-takes-all"), 4);
    const Matrix inputs = Matrix::Zero(2, 1);
    ResidualNetwork without = bare;
    without.readout = {};
    BOOST_TEST(says(refusal([&] { certify(without, inputs); }), "read-out"));
    BOOST_TEST(says(refusal([&] { AnalyticTail tail(without); }), "read-out"));
    ResidualNetwork own = test::residual_network(Activation::Tanh, 2, false, false);
    BOOST_TEST(says(refusal([&] { AnalyticTail tail(own); }), "shared", "5 different layers"));
    BOOST_TEST(says(refusal([&] { FutureBox box(own); }), "shared", "5 different layers"));
    ResidualNetwork unbounded = bare;
    unbounded.activation = Activation::ReLU;
    BOOST_TEST(says(refusal([&] { FutureBox box(unbounded); }), "bounded", "relu"));
    BOOST_TEST(says(refusal([&] { FutureBox box(bare, {.rounds = 0}); }), "rounds", "0"));
}

BOOST_AUTO_TEST_SUITE_END()
