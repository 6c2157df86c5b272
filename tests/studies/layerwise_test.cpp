// Networks whose weights differ by layer: every layer frozen is the layer alone, what lies between
// two layers is the path between them, and equal layers give what shared weights give.
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/studies/analysis.hpp>
#include <resdyn/studies/layer_branches.hpp>
#include <resdyn/studies/layer_data.hpp>
#include <resdyn/studies/layer_history.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(layerwise_)

namespace {

ResidualNetwork own(Index n = 3, bool two_matrices = false, bool input = false) {
    return test::residual_network(Activation::Logistic, n, two_matrices, false, input);
}

Dataset data_of(Index width, Index count) {
    Dataset data;
    data.name = "test";
    data.inputs = test::random_inputs(width, count, 4);
    data.labels = test::random_labels(count, 3, 5);
    data.classes = 3;
    return data;
}

std::vector<std::string> patterns_of(const Atlas& atlas) {
    std::vector<std::string> patterns;
    for (const Equilibrium& equilibrium : atlas.equilibria) {
        patterns.push_back(to_string(equilibrium.pattern));
    }
    std::sort(patterns.begin(), patterns.end());
    return patterns;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_atlas_of_a_frozen_layer_is_that_of_its_matrix) {
    const ResidualNetwork network = own(4);
    for (Index K = 0; K < network.depth; ++K) {
        const Atlas frozen = equilibrium_atlas(residual_system(frozen_network(network, K)));
        const Atlas bare = equilibrium_atlas(ResidualSystem(
            network.blocks[static_cast<std::size_t>(K)].W, network.activation, network.step));
        BOOST_TEST(frozen.complete);
        BOOST_TEST(patterns_of(frozen) == patterns_of(bare), boost::test_tools::per_element());
        BOOST_REQUIRE(frozen.equilibria.size() == bare.equilibria.size());
        for (std::size_t k = 0; k < frozen.equilibria.size(); ++k) {
            BOOST_TEST((frozen.equilibria[k].y.array() == bare.equilibria[k].y.array()).all());
        }
    }
}

BOOST_AUTO_TEST_CASE(counts_and_persistence_are_those_of_the_atlases) {
    const ResidualNetwork network = own(4);
    const LayerHistory study = study_layer_history(network);
    BOOST_REQUIRE(study.history.epochs.size() == 5);
    BOOST_REQUIRE(study.neighbours.size() == 4);
    BOOST_TEST(says(study.history.scope, "each layer"));
    std::vector<std::vector<std::string>> all;
    for (Index n = 0; n < network.depth; ++n) {
        const Atlas atlas = equilibrium_atlas(frozen_residual_system(network, n));
        all.push_back(patterns_of(atlas));
        const EpochCounts& counts = study.history.epochs[static_cast<std::size_t>(n)];
        BOOST_TEST(counts.equilibria == atlas.counts.total);
        BOOST_TEST(counts.stable == atlas.counts.stable);
        BOOST_TEST(counts.complete);
    }
    for (std::size_t n = 0; n + 1 < all.size(); ++n) {
        std::vector<std::string> both;
        std::set_intersection(all[n].begin(), all[n].end(), all[n + 1].begin(), all[n + 1].end(),
                              std::back_inserter(both));
        BOOST_TEST(study.neighbours[n].kept == static_cast<Index>(both.size()));
        BOOST_TEST(study.neighbours[n].lost == static_cast<Index>(all[n].size() - both.size()));
        BOOST_TEST(study.neighbours[n].born == static_cast<Index>(all[n + 1].size() - both.size()));
    }
    // Equal layers lose nothing.
    ResidualNetwork equal = network;
    std::fill(equal.blocks.begin(), equal.blocks.end(), network.blocks.front());
    const LayerHistory same = study_layer_history(equal);
    BOOST_TEST(same.history.events.empty());
    BOOST_TEST(same.everywhere == same.history.epochs[0].equilibria);
    BOOST_TEST(same.stable_everywhere == same.history.epochs[0].stable);
    // Hidden units have no identity: counts only.
    const LayerHistory two = study_layer_history(own(2, true));
    BOOST_TEST(two.two_matrices);
    BOOST_TEST(two.neighbours.empty());
    BOOST_TEST(two.history.epochs.size() == 5);
    ResidualNetwork relu = network;
    relu.activation = Activation::ReLU;
    BOOST_TEST(says(refusal([&] { study_layer_history(relu); }), "relu"));
}

BOOST_AUTO_TEST_CASE(between_two_layers_lies_the_path_between_them) {
    ResidualNetwork network = own(2);
    network.depth = 3;
    network.blocks.resize(3);
    const Dataset data = data_of(2, 30);
    const LayerBranches all = study_layer_branches(network, &data, {.points = 5}, 10);
    std::size_t events = 0;
    std::size_t branches = 0;
    for (Index n = 0; n < 2; ++n) {
        const BranchStudy piece =
            study_branches(path_between(frozen_residual_system(network, n),
                                        frozen_residual_system(network, n + 1)),
                           {.bifurcation = {.from = 0.0, .to = 1.0}, .points = 5});
        for (const Bifurcation& event : piece.diagram.events) {
            const Bifurcation& there = all.study.diagram.events[events++];
            BOOST_TEST(std::abs(there.alpha - event.alpha - static_cast<double>(n)) < 1e-14);
            BOOST_TEST(there.lower <= event.lower + static_cast<double>(n));
            BOOST_TEST(there.upper >= event.upper + static_cast<double>(n));
            BOOST_TEST(to_string(there.pattern) == to_string(event.pattern));
            BOOST_TEST(there.exact.empty() == event.exact.empty());
        }
        for (const EquilibriumBranch& branch : piece.diagram.branches) {
            const EquilibriumBranch& there = all.study.diagram.branches[branches];
            BOOST_TEST(there.from == branch.from + static_cast<double>(n));
            BOOST_TEST(there.segments.size() == branch.segments.size());
            BOOST_TEST(all.study.rows[branches].front().alpha >= static_cast<double>(n));
            ++branches;
        }
    }
    BOOST_TEST(events == all.study.diagram.events.size());
    BOOST_TEST(branches == all.study.diagram.branches.size());
    BOOST_TEST(all.study.diagram.complete);
    BOOST_REQUIRE(all.residuals.has_value());
    BOOST_TEST(all.residuals->labels.size() == 10);
    BOOST_TEST(all.residuals->y.size() == 3);
    const LayerStates states = run_layers(network, data.inputs.cast<double>());
    BOOST_TEST((all.residuals->y[2].col(4) - states.y[2].col(all.residuals->samples[4])).norm() <
               1e-13);
}

BOOST_AUTO_TEST_CASE(equal_neighbours_have_no_events_and_some_networks_no_line) {
    ResidualNetwork network = own(2);
    network.depth = 3;
    network.blocks = {network.blocks[0], network.blocks[0], network.blocks[1]};
    const LayerBranches all = study_layer_branches(network, nullptr, {.points = 3});
    BOOST_TEST(says(all.study.diagram.scope, "1 pieces between equal layers"));
    for (const Bifurcation& event : all.study.diagram.events) {
        BOOST_TEST(event.alpha >= 1.0);
    }
    ResidualNetwork shared = network;
    shared.blocks.resize(1);
    BOOST_TEST(says(refusal([&] { study_layer_branches(shared, nullptr); }), "differ by layer"));
    network.blocks[2] = network.blocks[0];
    BOOST_TEST(says(refusal([&] { study_layer_branches(network, nullptr); }), "all equal"));
    BOOST_TEST(says(refusal([] { study_layer_branches(own(2, true), nullptr); }),
                    "one matrix a layer", "no identity"));
    BOOST_TEST(says(refusal([] { study_layer_branches(own(2), nullptr, {.continuation = true}); }),
                    "continuation"));
}

BOOST_AUTO_TEST_CASE(data_before_a_layer_are_what_the_layers_made_of_them) {
    const ResidualNetwork network = own(4, false, true);
    const Dataset data = data_of(3, 600);
    const LayerStates states =
        run_layers(network, initial_activity(network, data.inputs.cast<double>()));
    const Dataset before = data_before_layer(network, 3, data);
    BOOST_TEST((before.inputs.cast<double>() - states.x[3]).cwiseAbs().maxCoeff() < 1e-5);
    BOOST_TEST((before.labels == data.labels));
    BOOST_TEST(says(refusal([&] { data_before_layer(network, 1, before); }), "width 3"));
}

BOOST_AUTO_TEST_CASE(an_analysis_takes_them_layer_by_layer) {
    for (const bool two : {false, true}) {
        const ResidualNetwork network = own(4, two, true);
        const Dataset data = data_of(3, 120);
        const Analysis a = analyze(network, &data);
        BOOST_REQUIRE(a.layerwise.has_value());
        const LayerwiseAnalysis& l = *a.layerwise;
        BOOST_TEST(l.layers.size() == 5);
        BOOST_TEST(l.changes.size() == (two ? 0U : 4U));
        BOOST_REQUIRE(l.history && l.split && l.exponents && a.fidelity && a.evidence);
        BOOST_TEST(l.history->history.epochs.size() == 5);
        BOOST_TEST(l.split->closes());
        BOOST_TEST(l.split->inputs == 120);
        BOOST_TEST(l.exponents->inputs == 32);
        BOOST_TEST(a.evidence->balances());
        BOOST_TEST(a.behaviour.has_value());
        BOOST_TEST(a.decision_map.has_value() == false);
        BOOST_TEST(!a.interaction.failed());
        for (const FrozenLayer& layer : l.layers) {
            const Matrix W = frozen_residual_system(network, layer.layer).W();
            BOOST_TEST(layer.frobenius_norm == W.norm());
            BOOST_TEST(layer.largest_singular_value <= W.norm() * (1 + 1e-12));
            BOOST_TEST(layer.spectral_radius <= layer.largest_singular_value * (1 + 1e-9));
            BOOST_REQUIRE(layer.rest.has_value());
            BOOST_TEST(layer.rest->settled + layer.rest->on_continuum + layer.rest->slow +
                           layer.rest->unsettled + layer.rest->not_finite ==
                       layer.rest->inputs);
        }
    }
}

BOOST_AUTO_TEST_CASE(equal_layers_give_the_numbers_of_shared_weights) {
    const ResidualNetwork shared =
        test::residual_network(Activation::Logistic, 3, false, true, true);
    ResidualNetwork equal = shared;
    equal.blocks.assign(static_cast<std::size_t>(equal.depth), shared.blocks.front());
    const Dataset data = data_of(3, 60);
    AnalysisOptions without_proofs;
    without_proofs.proofs.seconds = 0;
    const Analysis a = analyze(shared, &data, without_proofs);
    const Analysis b = analyze(equal, &data);
    BOOST_TEST(b.layerwise->split->share.mean == 0.0);
    BOOST_TEST((a.evidence->logits.array() == b.evidence->logits.array()).all());
    BOOST_TEST(a.fidelity->mean_relative.mean == b.fidelity->mean_relative.mean,
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST((a.fidelity->verdict == b.fidelity->verdict));
    BOOST_TEST(
        (a.behaviour->classes.mean[4].array() == b.behaviour->classes.mean[4].array()).all());
    for (const FrozenLayer& layer : b.layerwise->layers) {
        BOOST_TEST(layer.frobenius_norm == a.system.frobenius_norm);
        BOOST_TEST((layer.leading.values == a.system.leading_eigenvalues.values));
        for (std::size_t k = 0; k < pair_types.size(); ++k) {
            BOOST_TEST(layer.pairs[k].count == a.interaction.pairs.pairs[k].count);
        }
        BOOST_TEST(layer.frustration.pairs.upper == a.interaction.frustration.pairs.upper);
    }
    for (const LayerChange& change : b.layerwise->changes) {
        BOOST_TEST(change.signs.changed_entries == 0);
        BOOST_TEST(change.camp_overlap == 1.0);
    }
    BOOST_TEST(b.layerwise->history->history.epochs[2].equilibria == a.atlas->counts.total);
    // Without data: the layers alone.
    const Analysis none = analyze(equal, nullptr);
    BOOST_TEST(!none.layerwise->split.has_value());
    BOOST_TEST(!none.fidelity.has_value());
    BOOST_TEST(none.layerwise->layers.size() == 5);
}

BOOST_AUTO_TEST_SUITE_END()
