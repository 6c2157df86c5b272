// Claim 5. Where residuals do not settle, their dynamics are separable by class and the network
// still approximates its output.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/regime.hpp>
#include <resdyn/transient/separability.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double two_sided_95 = 1.96;
/// Accuracy that inputs which do not settle may lie below all inputs and still count as classified.
constexpr double accuracy_allowance = 0.02;

double largest_class_share(const Dataset& data) {
    std::vector<Index> counts(static_cast<std::size_t>(data.classes), 0);
    for (const int label : data.labels) {
        ++counts[static_cast<std::size_t>(label)];
    }
    return static_cast<double>(*std::max_element(counts.begin(), counts.end())) /
           static_cast<double>(data.size());
}

bool every_class_often(const Dataset& data) {
    constexpr Index enough = 5;
    for (int c = 0; c < data.classes; ++c) {
        if ((data.labels.array() == c).count() < enough) {
            return false;
        }
    }
    return true;
}

/// Probes on the residuals of `unsettled`, and, where these are a part, the network's accuracy on
/// them against that on all.
void judge(ClaimResult& result, const TrainedNetwork& one, const Dataset& some,
           const Dataset& unsettled, const std::string& share, const Workspace& workspace,
           figures::Panel& panel, SeedGroups& groups) {
    constexpr Index enough = 40;
    if (unsettled.size() < enough || !every_class_often(unsettled)) {
        result.settings.push_back(undecided(one.name, share + ": too few to judge by class"));
        return;
    }
    SeparabilityOptions with;
    with.held_out = 0.3;
    with.seed = workspace.seed();
    const Network network = one.network;
    const SeparabilityReport report =
        separability(network, unsettled.inputs, unsettled.labels, with, workspace.threads());
    const double chance = largest_class_share(unsettled);
    std::vector<double> n;
    std::vector<double> accuracy;
    for (const LayerVariable variable : {LayerVariable::Residual, LayerVariable::Sum}) {
        const LayerSeparability* last = nullptr;
        for (const LayerSeparability& layer : report.layers) {
            if (layer.variable == variable) {
                last = &layer;
                if (variable == LayerVariable::Sum) {
                    n.push_back(static_cast<double>(layer.layer));
                    accuracy.push_back(100.0 * layer.probe.value);
                }
            }
        }
        result.settings.push_back(exceeds(
            fmt::format("{}: {} separable by class", one.name,
                        variable == LayerVariable::Sum ? "Σy" : "last y"),
            chance, last->probe.value, two_sided_95 * last->probe.standard_error,
            fmt::format("held-out accuracy of a linear probe on {} inputs, prediction: more than "
                        "the largest class's share; Fisher ratio {:.3g}, nearest class mean "
                        "{:.3f}; {}",
                        last->probe.samples, last->fisher, last->nearest_mean.value, share)));
    }
    const SeedGroups::Look look = groups.look(one.name);
    panel.series.push_back({figures::Mark::Line,
                            one.name,
                            look.legend,
                            {{"layer", n}, {"accuracy", accuracy}},
                            {.colour = look.colour, .width = 1.4, .dash = look.dash}});
    if (!one.network.has_shared_weights()) {
        return;  // all inputs are compared with all inputs
    }
    const Proportion of_all =
        decisions(network, some.inputs, some.labels, workspace.threads()).accuracy.back();
    const Proportion of_moving =
        decisions(network, unsettled.inputs, unsettled.labels, workspace.threads()).accuracy.back();
    result.settings.push_back(exceeds(
        one.name + ": output still approximated", of_all.value - accuracy_allowance,
        of_moving.value, 0.0,
        fmt::format("accuracy ({:.3f} ± {:.3f}) on the inputs that have not settled; prediction: "
                    "more than that on all inputs ({:.3f}) less an allowance of {:g}; {}",
                    of_moving.value, of_moving.standard_error, of_all.value, accuracy_allowance,
                    share)));
}

/// Inputs that have not settled at the last layer, followed to ten times the network's depth. Where
/// the weights differ by layer, and of unbounded f, no resting place is known: all of them.
Dataset unsettled_of(const ResidualNetwork& network, const Dataset& data, int threads) {
    if (!network.has_shared_weights() || !is_bounded(network.activation)) {
        return data;
    }
    RegimeOptions with;
    with.settle.threads = threads;
    // Not for ever: who has not come to rest by then does not settle as far as the network is
    // concerned.
    with.settle.max_layers = 10 * network.depth;
    const RegimeReport found = regimes(network, data.inputs.cast<double>(), with);
    std::vector<Index> moving;
    for (std::size_t j = 0; j < found.regimes.size(); ++j) {
        if (found.regimes[j] != Regime::Settled) {
            moving.push_back(static_cast<Index>(j));
        }
    }
    return data.select(moving);
}

void add_network(ClaimResult& result, const TrainedNetwork& one, const Workspace& workspace,
                 figures::Panel& panel, SeedGroups& groups) {
    if (!is_bounded(one.network.activation)) {
        result.settings.push_back(undecided(one.name, "regimes are known for bounded f only"));
        return;
    }
    const Dataset some = one.test->draw(workspace.quick() ? 400 : 2000, workspace.seed());
    const Dataset unsettled = unsettled_of(one.network, some, workspace.threads());
    const std::string share = fmt::format("{} of {} inputs have not settled at the last layer",
                                          unsettled.size(), some.size());
    judge(result, one, some, unsettled, share, workspace, panel, groups);
}

std::optional<SeedResult> measure_separation(const Workspace& workspace,
                                             const EffectSetting& setting, std::uint64_t seed) {
    const auto made = workspace.network_of(setting.recipe, seed);
    if (!made) {
        return std::nullopt;
    }
    constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
    SeedResult result{.effects = std::vector<std::optional<double>>(4),
                      .beside = {nothing, nothing}};
    if (!made->network) {
        return result;
    }
    const Network network = *made->network;
    const Dataset& test = made->data.test;
    const double of_all = decisions(network, test.inputs, test.labels, 1).accuracy.back().value;
    const Dataset unsettled = unsettled_of(*made->network, test, 1);
    result.beside = {of_all,
                     static_cast<double>(unsettled.size()) / static_cast<double>(test.size())};
    constexpr Index enough = 40;
    if (unsettled.size() < enough || !every_class_often(unsettled)) {
        return result;
    }
    const double of_moving =
        decisions(network, unsettled.inputs, unsettled.labels, 1).accuracy.back().value;
    const SeparabilityReport report = separability(network, unsettled.inputs, unsettled.labels,
                                                   {.held_out = 0.3, .seed = seed}, 1);
    double last = nothing;
    double sum = nothing;
    for (const LayerSeparability& layer : report.layers) {
        if (layer.layer == made->network->depth) {
            (layer.variable == LayerVariable::Residual ? last : sum) = layer.probe.value;
        }
    }
    const double chance = largest_class_share(unsettled);
    result.effects = {last - chance, of_moving - chance, std::nullopt, sum - last};
    if (unsettled.size() < test.size()) {
        result.effects[2] = of_moving - of_all;
    }
    return result;
}

Experiment separation_experiment() {
    return {
        .effects = {{.name = "separable residuals",
                     .meaning = "Held-out accuracy of a linear probe on the last residual of the "
                                "inputs that have not settled, less the share of their largest "
                                "class",
                     .unit = "accuracy",
                     .margin = 0.05},
                    {.name = "output approximated",
                     .meaning = "Accuracy of the network on the inputs that have not settled, less "
                                "the share of their largest class",
                     .unit = "accuracy",
                     .margin = 0.05},
                    {.name = "unsettled less all",
                     .meaning = "Accuracy of the network on the inputs that have not settled, less "
                                "that on all inputs, where some have settled",
                     .unit = "accuracy",
                     .margin = 0.02,
                     .decides = false},
                    {.name = "sum less last residual",
                     .meaning = "Held-out accuracy of a linear probe on the sum of residuals less "
                                "that on the last residual, of the inputs that have not settled",
                     .unit = "accuracy",
                     .margin = 0.02,
                     .decides = false}},
        .beside = {"test accuracy", "share of inputs not settled"},
        .settings = standard_settings,
        .measure = measure_separation,
        .together = {"training steps", "depth", "total time hL", "structure"},
        .version = "claim 5, 1"};
}

ClaimResult put_separation(Workspace& workspace) {
    ClaimResult result;
    figures::Figure figure;
    figure.id = "claim-5-probe-by-layer";
    figure.title = "Separability by class of inputs that do not settle";
    figure.caption =
        "Held-out accuracy of a linear probe on the sum of residuals after each layer, of the "
        "inputs that have not settled at the last layer; one curve a seed.";
    figure.width = 760;
    figures::Panel panel;
    panel.x = {"layer n"};
    panel.y = {"accuracy (%)"};
    panel.legend = figures::Legend::Outside;
    SeedGroups groups;
    for (const TrainedNetwork& one : workspace.trained()) {
        workspace.part(one.name);
        add_network(result, one, workspace, panel, groups);
    }
    // Weights that differ by layer have no attractor to settle at: every input is in a transient.
    for (const TrainedNetwork& one : workspace.trained_own()) {
        workspace.part(one.name);
        const Dataset some = one.test->draw(workspace.quick() ? 400 : 2000, workspace.seed());
        judge(result, one, some, some,
              fmt::format("{} inputs, all of which move: the weights differ by layer", some.size()),
              workspace, panel, groups);
    }
    if (!panel.series.empty()) {
        figure.panels = {panel};
        result.figures.push_back(figure);
    }
    return result;
}

}  // namespace

Claim separable_dynamics() {
    return {
        5,
        "Where residuals do not settle, their dynamics are separable by class and the network "
        "still approximates its output",
        ClaimKind::Empirical,
        Needs::Labelled,
        "Of the inputs that are not at their attractor at the last layer (followed to ten times "
        "the depth): a linear probe on their last residual, held out, and the network itself "
        "are right more often than their largest class is. Where the weights differ by layer "
        "no input has an attractor. Of a network of the user: by more than 1.96 standard "
        "errors of the inputs, and the network no more than 0.02 below its accuracy on all.",
        put_separation,
        {},
        true,
        separation_experiment()};
}

}  // namespace resdyn::claims
