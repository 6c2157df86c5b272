// Claim 4. Steady residuals of attractor networks show what the input dimensions have in common:
// correlations between their components are like those between the input dimensions, more than
// before training; and they are ordered like the class means of the inputs, more than shuffled
// copies of them are.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/transient/common_features.hpp>
#include <resdyn/transient/steady_features.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double significance = 0.05;

struct Largest {
    std::string name;
    SteadyFeature feature;
};

/// The inputs as the residual system sees them: the activities x_0, a component a unit. Without an
/// input layer these are the inputs themselves.
std::optional<Largest> add_network(ClaimResult& result, const TrainedNetwork& one,
                                   const Workspace& workspace) {
    const ResidualNetwork& network = one.network;
    if (!is_bounded(network.activation) || network.block(0).A) {
        result.settings.push_back(
            undecided(one.name,
                      "steady residuals are compared with the inputs for bounded f and "
                      "one matrix only"));
        return std::nullopt;
    }
    const Dataset some = one.test->draw(workspace.quick() ? 300 : 1000, workspace.seed());
    const Matrix x0 = initial_activity(network, some.inputs.cast<double>());
    SettleOptions with;
    with.threads = workspace.threads();
    with.max_layers = 2000;
    const SettleResult settled =
        settle(residual_system(network), initial_preactivation(network, x0), with);
    const Index at_rest = settled.count(SettleOutcome::Settled);
    if (settled.groups.empty()) {
        result.settings.push_back(undecided(
            one.name, fmt::format("not an attractor network: none of {} inputs reached "
                                  "an attractor within {} layers ({} slow, {} on a "
                                  "continuum)",
                                  x0.cols(), with.max_layers, settled.count(SettleOutcome::Slow),
                                  settled.count(SettleOutcome::OnContinuum))));
        return std::nullopt;
    }
    const auto groups = static_cast<Index>(std::min<std::size_t>(settled.groups.size(), 12));
    Matrix steady(x0.rows(), groups);
    for (Index g = 0; g < groups; ++g) {
        steady.col(g) = settled.groups[static_cast<std::size_t>(g)].equilibrium.y;
    }
    SteadyFeatureOptions features;
    features.seed = workspace.seed();
    features.directions = std::min<Index>(10, x0.rows());
    const SteadyFeatureReport report =
        steady_features(steady, x0.cast<float>(), some.labels, network.classes(), features);
    Index below = 0;
    for (const SteadyFeature& f : report.features) {
        below += f.to_class_means.p < significance ? 1 : 0;
    }
    const SteadyFeature& first = report.features.front();
    const AgainstShuffled& a = first.to_class_means;
    // The largest group stands for the network; p decides, as fixed: below 0.05 holds, above 0.95
    // (less alike than shuffled copies) fails.
    Setting setting{one.name,
                    a.shuffled_mean,
                    a.value,
                    a.shuffled_largest - a.shuffled_mean,
                    fmt::format("largest |correlation| with a class mean of x_0 of the steady "
                                "residual that most inputs reach ({} of {}; {} of {} inputs "
                                "settled, at {} attractors), prediction and tolerance: mean and "
                                "range of {} shuffled copies; p = {:.3g}; share along the leading "
                                "directions of the inputs {:.3f} (shuffled {:.3f}, p = {:.3g}); of "
                                "the {} largest attractors {} have p < {:g}",
                                settled.groups.front().members.size(), at_rest, at_rest, x0.cols(),
                                settled.groups.size(), features.shuffles, a.p,
                                first.to_directions.value, first.to_directions.shuffled_mean,
                                first.to_directions.p, groups, below, significance),
                    a.p < significance         ? Verdict::Holds
                    : a.p > 1.0 - significance ? Verdict::Fails
                                               : Verdict::Undecided};
    result.settings.push_back(std::move(setting));
    return Largest{one.name, first};
}

ClaimResult put_steady_residuals(Workspace& workspace) {
    ClaimResult result;
    std::vector<Largest> shown;
    for (const TrainedNetwork& one : workspace.trained()) {
        workspace.part(one.name);
        if (auto largest = add_network(result, one, workspace)) {
            shown.push_back(std::move(*largest));
        }
    }
    if (!shown.empty()) {
        figures::Figure figure;
        figure.id = "claim-4-against-shuffled";
        figure.title = "Steady residuals against shuffled copies";
        figure.caption =
            "Largest |correlation| of the steady residual that most inputs reach with a class mean "
            "(discs), beside the mean of shuffled copies (circles) and the largest of them "
            "(triangles); networks in the order of the table, those that settle.";
        std::vector<double> k;
        std::vector<double> value;
        std::vector<double> mean;
        std::vector<double> largest;
        for (const Largest& one : shown) {
            k.push_back(static_cast<double>(k.size() + 1));
            value.push_back(one.feature.to_class_means.value);
            mean.push_back(one.feature.to_class_means.shuffled_mean);
            largest.push_back(one.feature.to_class_means.shuffled_largest);
        }
        figures::Panel panel;
        panel.x = {.label = "network", .from = 0.0, .to = k.back() + 1.0};
        panel.y = {.label = "|correlation|", .from = 0.0, .to = 1.05};
        panel.legend = figures::Legend::Above;
        const auto add = [&](const char* name, const std::vector<double>& y,
                             const figures::Style& style) {
            panel.series.push_back(
                {figures::Mark::Points, name, name, {{"network", k}, {"correlation", y}}, style});
        };
        add("steady residual", value, {.colour = "#0072B2"});
        add("shuffled, mean", mean, {.colour = "#555555", .symbol = 6});
        add("shuffled, largest", largest, {.colour = "#555555", .symbol = 8});
        figure.panels = {panel};
        result.figures.push_back(figure);
    }
    return result;
}

/// Fewer different attractors than this show no correlations between their components.
constexpr Index enough_attractors = 10;

/// Where the inputs of a network come to rest.
struct Ends {
    Matrix steady;         ///< D×S: what each input that settled at y* ≠ 0 gets a layer, A y*.
    Matrix largest;        ///< D×1: that of the attractor that most of them reach; D×0: of none.
    Index attractors = 0;  ///< different y* ≠ 0.
    double share = 0.0;    ///< of the inputs, that settle at them.
};

Ends ends_of(const ResidualNetwork& network, const Matrix& x0) {
    SettleOptions with;
    with.threads = 1;
    with.max_layers = 2000;
    const SettleResult settled =
        settle(residual_system(network), initial_preactivation(network, x0), with);
    const std::optional<Matrix>& A = network.block(0).A;
    const auto added = [&](const Vector& y) { return A ? Vector(*A * y) : y; };
    Ends ends{Matrix(x0.rows(), x0.cols()), Matrix(x0.rows(), 0)};
    Index inputs = 0;
    for (const SettledGroup& group : settled.groups) {
        if (group.equilibrium.y.isZero(0.0)) {
            continue;
        }
        const Vector one = added(group.equilibrium.y);
        if (ends.attractors++ == 0) {
            ends.largest = one;
        }
        for (std::size_t k = 0; k < group.members.size(); ++k) {
            ends.steady.col(inputs++) = one;
        }
    }
    ends.steady.conservativeResize(Eigen::NoChange, inputs);
    ends.share = static_cast<double>(inputs) / static_cast<double>(x0.cols());
    return ends;
}

std::optional<SeedResult> measure_steady_residuals(const Workspace& workspace,
                                                   const EffectSetting& setting,
                                                   std::uint64_t seed) {
    TrainingRecipe untrained = setting.recipe;
    untrained.epochs = 0;
    const auto trained = workspace.network_of(setting.recipe, seed);
    const auto initial = workspace.network_of(untrained, seed);
    if (!trained || !initial) {
        return std::nullopt;
    }
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    SeedResult result{{std::nullopt, std::nullopt}, std::vector<double>(7, none)};
    if (!trained->network) {
        return result;
    }
    const Dataset& test = trained->data.test;
    const Matrix inputs = test.inputs.cast<double>();
    const ResidualNetwork& after = *trained->network;
    const Matrix x0 = initial_activity(after, inputs);
    const Matrix x0_before = initial_activity(initial->network.value(), inputs);
    const Ends ends = ends_of(after, x0);
    const Ends before = ends_of(*initial->network, x0_before);
    const double likeness = common_features(x0, ends.steady).likeness;
    const double likeness_before = common_features(x0_before, before.steady).likeness;
    if (ends.attractors >= enough_attractors && before.attractors >= enough_attractors &&
        std::isfinite(likeness - likeness_before)) {
        result.effects[0] = likeness - likeness_before;
    }
    if (ends.attractors > 0) {
        SteadyFeatureOptions features;
        features.seed = seed;
        features.directions = 1;
        const AgainstShuffled a =
            steady_features(ends.largest, x0.cast<float>(), test.labels, after.classes(), features)
                .features.front()
                .to_class_means;
        result.effects[1] = a.value - a.shuffled_mean;
    }
    const Vector right =
        (predicted_classes(after.readout(run_layers(after, x0).x.back())).array() ==
         test.labels.array())
            .cast<double>();
    result.beside = {right.mean(),
                     ends.share,
                     static_cast<double>(ends.attractors),
                     before.share,
                     static_cast<double>(before.attractors),
                     likeness,
                     likeness_before};
    return result;
}

/// Attractor networks: W symmetric, whose flow is gradient-like. In the plane two classes are soon
/// parted by fewer attractors than the correlations ask for; wide data have hundreds.
std::vector<EffectSetting> steady_residuals_settings(const Workspace& workspace) {
    std::vector<EffectSetting> all;
    const bool quick = workspace.quick();
    const auto add = [&](TrainingRecipe recipe) {
        recipe.structure = WeightStructure::Symmetric;
        recipe.test_samples = quick ? 300 : 1000;
        all.push_back({.recipe = std::move(recipe)});
    };
    for (const char* data : built_in_sets) {
        for (const Activation activation : {Activation::Logistic, Activation::Tanh}) {
            add({.data = data,
                 .samples = quick ? 500 : 1000,
                 .activation = activation,
                 .units = 32,
                 .step = 0.3,
                 .epochs = quick ? 20 : 100,
                 .rate = 0.01});
        }
    }
    const DataPair* data = workspace.data();
    if (data == nullptr || quick) {
        return all;
    }
    // A half fraction of units, total time, training and weight decay.
    for (unsigned run = 0; run < 8; ++run) {
        const bool a = (run & 1U) != 0;
        const bool b = (run & 2U) != 0;
        const bool c = (run & 4U) != 0;
        add({.data = data->name,
             .samples = std::min<Index>(6000, data->training.size()),
             .activation = Activation::Tanh,
             .units = a ? 48 : 32,
             .step = b ? 1.0 : 0.3,
             .epochs = c ? 20 : 5,
             .rate = 0.005,
             .weight_decay = (a != b) != c ? 1.0 : 0.0});
    }
    return all;
}

Experiment steady_residuals_experiment() {
    return {.effects = {{.name = "common features, trained less initial",
                         .meaning =
                             "Correlation between the correlations of the input dimensions and "
                             "those of the steady residuals, of the trained network less that of "
                             "its own initial weights; at least 10 different y* ≠ 0 in both.",
                         .unit = "correlation",
                         .margin = 0.1},
                        {.name = "likeness to a class mean",
                         .meaning =
                             "Largest |correlation| of the steady residual that most inputs reach "
                             "with a class mean of x_0, less the mean of its shuffled copies.",
                         .unit = "correlation",
                         .margin = 0.1,
                         .decides = false}},
            .beside = {"accuracy", "share settled at y* ≠ 0", "different y* ≠ 0",
                       "share settled at y* ≠ 0, initial", "different y* ≠ 0, initial",
                       "likeness of correlations", "likeness of correlations, initial"},
            .settings = steady_residuals_settings,
            .measure = measure_steady_residuals,
            .together = {"training steps"},
            .version = "claim 4, 1"};
}

}  // namespace

Claim steady_residuals() {
    return {4,
            "Steady residuals of attractor networks show what the input dimensions have in common",
            ClaimKind::Empirical,
            Needs::Labelled,
            "Networks with symmetric W, whose inputs come to rest: the correlations between the "
            "components of the steady residuals are more like those between the input dimensions "
            "than they were before training. A network of the user: the steady residual that most "
            "inputs reach is more like a class mean of the inputs than shuffled copies are: p < "
            "0.05 holds, p > 0.95 fails, else undecided. Behind an input layer the inputs of the "
            "residual system are the activities x_0.",
            put_steady_residuals,
            {},
            false,
            steady_residuals_experiment()};
}

}  // namespace resdyn::claims
