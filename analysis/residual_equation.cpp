// Claim 1. The residuals y = f(Wx + b) of a network with shared weights obey an equation of their
// own, in the flow y' = g(y) ∘ (Wy) (logistic: y_i' = y_i (1 − y_i) Σ_j w_ij y_j) and in the layers
// y_{n+1} = f(f⁻¹(y_n) + h W y_n); the two agree to first order in h.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include <resdyn/model/residual_system.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/settling/seeds.hpp>
#include <resdyn/transient/step_split.hpp>

#include "claims.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double rel_tol = 1e-10;  ///< of every integration.
constexpr double abs_tol = 1e-12;

double largest_row_sum(const Matrix& W) {
    return W.cwiseAbs().rowwise().sum().maxCoeff();
}

/// Layers by the network against layers by the residual equation alone, in units of the rounding
/// of one layer.
Setting layers(const Subject& subject, const ResidualSystem& system) {
    const ResidualNetwork& network = subject.network;
    const ResidualBlock& block = network.block(0);
    const LayerStates states = run_layers(network, subject.x0);
    const double h = network.step;
    const Matrix W = block.W.cwiseAbs();
    double worst = 0.0;
    double largest = 0.0;
    for (std::size_t n = 0; n + 1 < states.y.size(); ++n) {
        const Matrix predicted =
            activate(network.activation, Matrix(states.u[n] + h * (system.W() * states.y[n])));
        const Matrix deviation = (states.y[n + 1] - predicted).cwiseAbs();
        // Rounding of u_{n+1} by either route: every product and sum of the terms it is made of.
        const Matrix added = h * states.y[n].cwiseAbs();
        const Matrix moved = block.A ? Matrix(block.A->cwiseAbs() * added) : added;
        Matrix size = W * (states.x[n].cwiseAbs() + 2.0 * moved);
        size.colwise() += block.b.cwiseAbs();
        const auto terms = static_cast<double>(network.width() + network.hidden_width() + 8);
        const Matrix bound =
            (4.0 * terms * epsilon * max_slope(network.activation) * size).array() +
            8.0 * epsilon * (1.0 + states.y[n + 1].cwiseAbs().array());
        worst = std::max(worst, (deviation.array() / bound.array()).maxCoeff());
        largest = std::max(largest, deviation.maxCoeff());
    }
    return agrees(subject.name + ": layers", 0.0, worst, 1.0,
                  fmt::format("largest |y_{{n+1}} − f(u_n + hW y_n)| over {} layers and {} inputs "
                              "in units of its rounding bound; {:.1e} as it is",
                              network.depth, subject.x0.cols(), largest));
}

/// f(Wx(t) + b) along x' = f(Wx + b) against the integral of the residual equation in y.
Setting flow(const Subject& subject, const ResidualSystem& system) {
    const ResidualNetwork& network = subject.network;
    const ResidualBlock& block = network.block(0);
    const Activation f = network.activation;
    const Levels range = levels(f);
    const double level = std::max(std::abs(range.low), std::abs(range.high));
    // Lipschitz constant of g(y) ∘ Wy in the cube: both fields contract or spread errors by no
    // more than e^{Kt}, and the time is chosen so that this is e³.
    const double slope_of_gain = f == Activation::Logistic ? 1.0 : 2.0;
    const double K = largest_row_sum(system.W()) * (max_slope(f) + slope_of_gain * level);
    constexpr double growth_exponent = 3.0;
    const double t_end = K > 0 ? growth_exponent / K : 1.0;
    std::vector<double> times;
    constexpr int samples = 20;
    for (int k = 1; k <= samples; ++k) {
        times.push_back(k < samples ? t_end * k / samples : t_end);
    }
    const IntegrateOptions with{.t_end = t_end,
                                .rel_tol = rel_tol,
                                .abs_tol = abs_tol,
                                .initial_step = std::min(1e-3, t_end / samples),
                                .sample_times = times};
    double worst = 0.0;
    double tolerance = 0.0;
    bool reached = true;
    for (Index j = 0; j < subject.x0.cols(); ++j) {
        const Vector x0 = subject.x0.col(j);
        const Trajectory by_x = integrate(ActivityFlow(block, f), x0, with);
        const Vector y0 = activate(f, Vector(block.W * x0 + block.b));
        const Trajectory by_y = integrate(ResidualFlow(system), y0, with);
        reached =
            reached && by_x.outcome == Outcome::ReachedEnd && by_y.outcome == Outcome::ReachedEnd;
        if (!reached) {
            break;
        }
        const Matrix y = activate(f, Matrix((block.W * by_x.x).colwise() + block.b));
        worst = std::max(worst, (y - by_y.x).cwiseAbs().maxCoeff());
        // What the error control allows a step, ten times as it only estimates it, carried along.
        const double x_size = by_x.x.cwiseAbs().maxCoeff();
        const double in_x = static_cast<double>(by_x.steps) * max_slope(f) *
                            largest_row_sum(block.W) * (abs_tol + rel_tol * (x_size + t_end));
        const double in_y = static_cast<double>(by_y.steps) * (abs_tol + 2.0 * rel_tol * level);
        tolerance = std::max(tolerance, 10.0 * std::exp(growth_exponent) * (in_x + in_y));
    }
    if (!reached) {
        return undecided(subject.name + ": flow", "an integration did not reach its end");
    }
    return agrees(subject.name + ": flow", 0.0, worst, tolerance,
                  fmt::format("largest |f(Wx(t) + b) − y(t)| for t up to {:.3g}, x(t) and y(t) "
                              "integrated apart; tolerance: their error control",
                              t_end));
}

/// Weights that differ by layer: every step is interaction plus drift, exactly.
Setting split(const Subject& subject, int threads) {
    const StepSplit found = step_split(subject.network, subject.x0, {}, 0, threads);
    double worst = 0.0;
    double largest = 0.0;
    for (const SplitStep& step : found.steps) {
        worst = std::max(worst, step.rounding_bound > 0 ? step.largest_gap / step.rounding_bound
                                                        : step.largest_gap);
        largest = std::max(largest, step.largest_gap);
    }
    return agrees(
        subject.name + ": split", 0.0, worst, 1.0,
        fmt::format("largest |interaction + drift − step| of the {} over {} steps and {} inputs in "
                    "units of its rounding bound; {:.1e} as it is; share of drift {:.3f} ± {:.3f}",
                    found.variable == SplitVariable::Field ? "fields" : "pre-activations",
                    found.steps.size(), found.inputs, largest, found.share.mean,
                    found.share.standard_error));
}

struct Convergence {
    std::vector<double> steps;
    std::vector<double> error;
};

/// Distance in y at T = hL between the layers at h/2^k and the flow.
Convergence convergence(const Subject& subject, const ResidualSystem& system, double T,
                        Index halvings) {
    const ResidualNetwork& network = subject.network;
    const Matrix u0 = initial_preactivation(network, subject.x0);
    Matrix flow_end(u0.rows(), u0.cols());
    for (Index j = 0; j < u0.cols(); ++j) {
        flow_end.col(j) =
            integrate(PreactivationFlow(system), u0.col(j),
                      {.t_end = T, .rel_tol = rel_tol, .abs_tol = abs_tol, .sample_times = {T}})
                .x.col(0);
    }
    const Matrix y_flow = activate(network.activation, flow_end);
    Convergence result;
    for (Index k = 0; k <= halvings; ++k) {
        const Index layers = Index{8} << k;
        const double h = T / static_cast<double>(layers);
        Matrix u = u0;
        for (Index n = 0; n < layers; ++n) {
            u += h * (system.W() * activate(network.activation, u));
        }
        const Matrix y = activate(network.activation, u);
        result.steps.push_back(h);
        result.error.push_back((y - y_flow).cwiseAbs().maxCoeff());
    }
    return result;
}

Setting order_in_h(const Subject& subject, const Convergence& found, double T) {
    const std::string name = subject.name + ": error against h";
    constexpr double still_changing = 0.05;
    constexpr double order_tolerance = 0.1;
    const std::size_t n = found.error.size();
    const double last = std::log2(found.error[n - 2] / found.error[n - 1]);
    const double before = std::log2(found.error[n - 3] / found.error[n - 2]);
    if (!(found.error[n - 1] > 100.0 * abs_tol)) {
        return undecided(name, fmt::format("the error at h = {:.1e} is {:.1e}, no more than that "
                                           "of the integration",
                                           found.steps.back(), found.error.back()));
    }
    if (std::abs(last - before) > still_changing) {
        return undecided(name, fmt::format("the order still changes at h = {:.1e}: {:.3f}, then "
                                           "{:.3f}",
                                           found.steps.back(), before, last));
    }
    return agrees(name, 1.0, last, order_tolerance,
                  fmt::format("order in h of max |y_n − y(nh)| at T = {:.3g}, from h = {:.1e} and "
                              "half of it; error there {:.1e}",
                              T, found.steps[n - 2], found.error.back()));
}

ClaimResult put_residual_equation(Workspace& workspace) {
    ClaimResult result;
    figures::Figure figure;
    figure.id = "claim-1-error-against-h";
    figure.title = "Residuals of the layers against those of the flow";
    figure.caption =
        "Largest distance of a residual at equal T between L layers of step T/L and the flow, "
        "against the step; one curve a seed; broken: slope 1.";
    figure.width = 760;
    figures::Panel panel;
    panel.x = {.label = "step h", .log = true};
    panel.y = {.label = "max |y_n − y(nh)|", .log = true};
    panel.legend = figures::Legend::Outside;
    SeedGroups groups;
    for (const Subject& subject : workspace.subjects(4)) {
        workspace.part(subject.name);
        if (!is_strictly_increasing(subject.network.activation) ||
            !is_bounded(subject.network.activation)) {
            result.notes.push_back(subject.name +
                                   ": the flow in y is tested for logistic and tanh only.");
            continue;
        }
        const ResidualSystem system = residual_system(subject.network);
        result.settings.push_back(layers(subject, system));
        result.settings.push_back(flow(subject, system));
        // T where differences grow by no more than about e³ along u, and the network's at most.
        const double K = largest_row_sum(system.W()) * max_slope(subject.network.activation);
        const double network_time =
            subject.network.step * static_cast<double>(subject.network.depth);
        const double T = K > 0 ? std::min(network_time, 3.0 / K) : network_time;
        const Convergence found = convergence(subject, system, T, workspace.quick() ? 7 : 8);
        result.settings.push_back(order_in_h(subject, found, T));
        const SeedGroups::Look look = groups.look(subject.name);
        panel.series.push_back({figures::Mark::Line,
                                subject.name,
                                look.legend,
                                {{"h", found.steps}, {"error", found.error}},
                                {.colour = look.colour, .width = 1.4, .dash = look.dash}});
        if (panel.series.size() == 1) {
            std::vector<double> guide;
            for (const double h : found.steps) {
                guide.push_back(found.error.front() * h / found.steps.front());
            }
            panel.series.push_back({figures::Mark::Line,
                                    "slope 1",
                                    "slope 1",
                                    {{"h", found.steps}, {"error", guide}},
                                    {.colour = "#555555", .width = 1.0, .dash = 2}});
        }
    }
    for (const Subject& subject : workspace.own_subjects(4)) {
        workspace.part(subject.name);
        result.settings.push_back(split(subject, workspace.threads()));
    }
    if (!panel.series.empty()) {
        figure.panels = {panel};
        result.figures.push_back(figure);
    }
    return result;
}

}  // namespace

Claim residual_equation() {
    return {
        1,
        "Residuals of a shared-weight network obey the cooperation–competition equation",
        ClaimKind::Theorem,
        Needs::Matrix,
        "Layers: within the rounding of a layer. Flow: x and y integrated apart, within the "
        "error control of both. Error against h: order 1 ± 0.1 once the order no longer "
        "changes by more than 0.05. Weights that differ by layer: every step is interaction plus "
        "drift of the weights, within rounding.",
        put_residual_equation,
        trainings_of_both,
        true};
}

}  // namespace resdyn::claims
