// Claim 7. Response to perturbations of the input: linear theory = Monte Carlo.
#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include <resdyn/core/random.hpp>
#include <resdyn/noise/linear_noise.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

/// Noise this small leaves the second order below the errors of sampling.
constexpr double small_noise = 1e-5;
/// Standard errors that theory and Monte Carlo may lie apart: one setting in 16000 by chance.
constexpr double standard_errors = 4.0;

void add_network(ClaimResult& result, const std::string& name, const Network& network,
                 const Eigen::MatrixXf& inputs, const Eigen::VectorXi& labels,
                 const Workspace& workspace, figures::Panel* panel, Index colour) {
    LinearNoiseOptions with;
    with.sample = workspace.quick() ? 20 : 50;
    // Few units are cheap: many draws make the comparison sharp.
    const bool wide = inputs.rows() >= 100;
    with.draws = wide ? 20 : 400;
    with.singular_values = 1;
    with.deviation = small_noise;
    with.seed = workspace.seed();
    with.threads = workspace.threads();
    const LinearNoiseReport report = linear_noise(network, inputs, labels, with);
    const auto add = [&](const std::string& what, const MeanWithError& ratio,
                         const std::string& text) {
        if (std::isnan(ratio.mean)) {
            result.settings.push_back(undecided(name + ": " + what, "no noise arrives"));
            return;
        }
        result.settings.push_back(
            agrees(name + ": " + what, 1.0, ratio.mean, standard_errors * ratio.standard_error,
                   fmt::format("{}, Monte Carlo over theory, {} inputs and {} draws of deviation "
                               "{:g}; tolerance {:g} standard errors",
                               text, report.sample.size(), report.draws, report.deviation,
                               standard_errors)));
    };
    add("energy at the last layer", report.ratio.back(), "|δx_L|² of noise at the input");
    add("margin", report.margin_ratio, "variance of the margin, noise at the input");
    const LayerInjection& middle =
        report.injections[static_cast<std::size_t>(report.injections.size() / 2)];
    add(fmt::format("margin, noise in layer {}", middle.layer), middle.ratio,
        "variance of the margin, noise in that layer alone");
    if (panel == nullptr) {
        return;
    }
    // Where linear theory ends: the same ratio as the noise grows.
    std::vector<double> level;
    std::vector<double> ratio;
    std::vector<double> error;
    for (const double deviation : {1e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0}) {
        with.deviation = deviation;
        with.draws = 10;
        const LinearNoiseReport at = linear_noise(network, inputs, labels, with);
        level.push_back(deviation);
        ratio.push_back(at.ratio.back().mean);
        error.push_back(at.ratio.back().standard_error);
    }
    const std::string tint = figures::class_colour(colour);
    panel->series.push_back({figures::Mark::Line,
                             name,
                             name,
                             {{"deviation", level}, {"ratio", ratio}},
                             {.colour = tint, .width = 1.4}});
    panel->series.push_back({figures::Mark::ErrorBars,
                             name,
                             "",
                             {{"deviation", level}, {"ratio", ratio}, {"standard_error", error}},
                             {.colour = tint, .width = 1.2, .size = 0.6}});
}

ClaimResult put_perturbation(Workspace& workspace) {
    ClaimResult result;
    figures::Figure figure;
    figure.id = "claim-7-where-linear-theory-ends";
    figure.title = "Monte Carlo over linear theory as the noise grows";
    figure.caption =
        "Energy |δx_L|² of Gaussian noise at the input, Monte Carlo over linear theory ± standard "
        "error, against its deviation. The theorem is the limit 1 at small noise.";
    figure.width = 760;
    figures::Panel panel;
    panel.x = {.label = "deviation of the noise", .log = true};
    panel.y = {.label = "Monte Carlo / theory", .log = true};
    panel.legend = figures::Legend::Outside;
    // Untrained networks of either kind and every smooth activation.
    if (!workspace.has_user_network()) {
        for (const NetworkKind kind : {NetworkKind::Residual, NetworkKind::Perceptron}) {
            for (const Activation f :
                 {Activation::Logistic, Activation::Tanh, Activation::Softplus}) {
                NetworkShape shape;
                shape.kind = kind;
                shape.activation = f;
                shape.depth = 5;
                shape.width = 12;
                shape.shared_weights = kind == NetworkKind::Residual;
                shape.classes = 3;
                Network network = initial_network(shape, workspace.seed());
                // initial_network has a read-out of zeros: the margin needs one.
                Random random(workspace.seed(), 77);
                std::visit(
                    [&](auto& one) { one.readout.M = random.normal_matrix(3, shape.width, 1.0); },
                    network);
                const Eigen::MatrixXf inputs =
                    random.normal_matrix(shape.width, 60, 1.0).cast<float>();
                Eigen::VectorXi labels(60);
                for (int j = 0; j < 60; ++j) {
                    labels[j] = j % 3;
                }
                const std::string name =
                    fmt::format("random {}, {}", to_string(kind), to_string(f));
                workspace.part(name);
                add_network(result, name, network, inputs, labels, workspace, nullptr, 0);
            }
        }
    }
    Index colour = 0;
    for (const TrainedNetwork& one : workspace.trained()) {
        workspace.part(one.name);
        const bool first_seed = one.seed == workspace.seed();
        const Dataset some = one.test->draw(2000, workspace.seed());
        add_network(result, one.name, one.network, some.inputs, some.labels, workspace,
                    first_seed ? &panel : nullptr, colour);
        colour += first_seed ? 1 : 0;
    }
    for (const TrainedNetwork& one : workspace.trained_own()) {
        workspace.part(one.name);
        const Dataset some = one.test->draw(2000, workspace.seed());
        add_network(result, one.name, one.network, some.inputs, some.labels, workspace,
                    workspace.has_user_network() ? &panel : nullptr, colour);
    }
    if (!panel.series.empty()) {
        figure.panels = {panel};
        result.figures.push_back(figure);
    }
    return result;
}

}  // namespace

Claim perturbation_response() {
    return {7,
            "Response to input perturbations: linear theory = Monte Carlo",
            ClaimKind::Theorem,
            Needs::Labelled,
            "For noise of deviation 1e-5 the ratio of Monte Carlo to linear theory is 1 within 4 "
            "standard errors; where larger noise leaves the theory is shown, not judged.",
            put_perturbation,
            trainings_of_both,
            true};
}

}  // namespace resdyn::claims
