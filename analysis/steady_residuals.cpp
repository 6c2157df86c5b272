// Claim 4. Steady residuals of attractor networks show what the input dimensions have in common:
// they are ordered like the class means of the inputs, more than shuffled copies of them are.
#include <fmt/format.h>

#include <algorithm>

#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>
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

std::vector<WeightStructure> structures_for(const Workspace& workspace) {
    std::vector<WeightStructure> structures = {WeightStructure::Free};
    if (!workspace.has_user_network()) {
        structures.push_back(WeightStructure::Symmetric);  // gradient-like: attractor networks
    }
    return structures;
}

std::vector<ClaimPart> parts(Workspace& workspace) {
    std::vector<ClaimPart> all;
    for (const WeightStructure structure : structures_for(workspace)) {
        for (ClaimPart& part : workspace.trainings(structure)) {
            all.push_back(std::move(part));
        }
    }
    return all;
}

ClaimResult run(Workspace& workspace) {
    ClaimResult result;
    std::vector<Largest> shown;
    for (const WeightStructure structure : structures_for(workspace)) {
        for (const TrainedNetwork& one : workspace.trained(structure)) {
            workspace.part(one.name);
            if (auto largest = add_network(result, one, workspace)) {
                shown.push_back(std::move(*largest));
            }
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

}  // namespace

Claim steady_residuals() {
    return {4,
            "Steady residuals of attractor networks show what the input dimensions have in common",
            ClaimKind::Empirical,
            Needs::Labelled,
            "The steady residual that most inputs reach is more like a class mean of the inputs "
            "than shuffled copies are: p < 0.05 holds, p > 0.95 fails, else undecided; a network "
            "where no input reaches an attractor is undecided. Networks with free and with "
            "symmetric W. Behind an input layer the inputs of the residual system are the "
            "activities x_0.",
            run,
            parts};
}

}  // namespace resdyn::claims
