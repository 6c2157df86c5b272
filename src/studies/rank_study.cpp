#include <resdyn/studies/rank_study.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <resdyn/core/error.hpp>
#include <resdyn/learning/gradient.hpp>

#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr Index widest_range = 2000;  // samples that say which z the data reach

void validate(const RankStudyOptions& options) {
    if (options.ranks.empty()) {
        reject_argument("ranks", "at least one", "none");
    }
    if (!(options.box_margin >= 0) || !(options.t_end >= 0)) {
        reject_argument("study_ranks", "box_margin and t_end >= 0",
                        fmt::format("{} and {}", options.box_margin, options.t_end));
    }
    require_at_least("trajectories", options.trajectories, 1);
    require_at_least("check_sample", options.check_sample, 1);
}

Matrix inputs_of(const Dataset& data) {
    return data.inputs.cast<double>();
}

/// Of the flow and the compact network against the network with W_r: see LowRankReport::rounding.
double rounding_of(const LowRankNetwork& parts, const Matrix& inputs) {
    const auto logits = [&](const ResidualNetwork& network) {
        return network.readout(run_layers(network, initial_activity(network, inputs)).x.back());
    };
    const Matrix expected = logits(parts.whole);
    const double scale = std::max(expected.cwiseAbs().maxCoeff(), 1e-300);
    return (logits(parts.compact) - expected).cwiseAbs().maxCoeff() / scale;
}

/// The z that the data reach in all layers: r×B(L+1).
Matrix reached(const ResidualNetwork& flow, const Matrix& inputs) {
    const LayerStates states = run_layers(flow, initial_activity(flow, inputs));
    Matrix all(flow.width(), inputs.cols() * (flow.depth + 1));
    for (std::size_t n = 0; n < states.x.size(); ++n) {
        all.middleCols(static_cast<Index>(n) * inputs.cols(), inputs.cols()) = states.x[n];
    }
    return all;
}

Box around(const Matrix& points, double margin) {
    const Vector lower = points.rowwise().minCoeff();
    const Vector upper = points.rowwise().maxCoeff();
    const Vector pad = (margin * (upper - lower)).cwiseMax(1e-6);
    return {lower - pad, upper + pad};
}

/// The first variable whose row of QᵀA has one sign while f > 0.
std::optional<LowRankReport::Monotone> monotone_variable(const ResidualNetwork& flow) {
    if (flow.activation != Activation::Logistic && flow.activation != Activation::Softplus) {
        return std::nullopt;
    }
    const Matrix& A = *flow.block(0).A;
    for (Index k = 0; k < A.rows(); ++k) {
        const double least = A.row(k).minCoeff();
        const double most = A.row(k).maxCoeff();
        if ((least >= 0 && most > 0) || (most <= 0 && least < 0)) {
            return LowRankReport::Monotone{k, most > 0};
        }
    }
    return std::nullopt;
}

/// A root of the z-flow as the portrait draws equilibria.
Equilibrium as_equilibrium(const Root& root, const Vector& y) {
    Equilibrium equilibrium;
    equilibrium.pattern.states.assign(static_cast<std::size_t>(y.size()), UnitState::Free);
    equilibrium.y = y;
    equilibrium.residual = root.residual;
    equilibrium.flow_eigenvalues = root.eigenvalues;
    equilibrium.spectrum = root.spectrum;
    equilibrium.type = root.type;
    return equilibrium;
}

/// The roots inside the window; on a plane of more than two variables, as projections.
void add_roots(const LowRankReport& report, const ActivityFlow& field, const ResidualNetwork& flow,
               PhasePortrait& portrait) {
    for (const Root& root : report.roots.roots) {
        const Vector at = portrait.slice.coordinates(root.x);
        const Box& window = portrait.slice.window;
        if (!(at.array() >= window.lower.array()).all() ||
            !(at.array() <= window.upper.array()).all()) {
            continue;
        }
        const ResidualBlock& block = flow.block(0);
        const Vector y = activate(flow.activation, Vector(block.W * root.x + block.b));
        portrait.equilibria.push_back(
            {as_equilibrium(root, y), at, portrait.slice.distance(root.x)});
        if (!portrait.slice.is_whole() || !root.spectrum.is_hyperbolic()) {
            continue;
        }
        const Eigenpairs pairs = eigenpairs(field.jacobian(root.x));
        for (Index k = 0; k < 2; ++k) {
            if (pairs.values[k].imag() == 0) {
                portrait.eigenvectors.push_back(
                    {at, pairs.vectors.col(k).real().normalized(), pairs.values[k].real()});
            }
        }
    }
}

/// z_i and z_j, a third held at `held`.
PhasePortrait portrait_of(const LowRankReport& report, const StateSpace& space,
                          const ActivityFlow& field, std::array<Index, 2> axes, const Vector& held,
                          const Matrix& starts, const Eigen::VectorXi& labels, const Box& box,
                          const RankStudyOptions& options) {
    const ResidualNetwork& flow = report.network.flow;
    Slice slice = with_window(space, unit_slice(space, axes[0], axes[1], held),
                              {Vector{{box.lower[axes[0]], box.lower[axes[1]]}},
                               Vector{{box.upper[axes[0]], box.upper[axes[1]]}}});
    slice.axes = {fmt::format("z_{{{}}}", axes[0]), fmt::format("z_{{{}}}", axes[1])};
    slice.about = fmt::format("z_{} and z_{}", axes[0], axes[1]);
    if (held.size() > 2) {
        const Index third = 3 - axes[0] - axes[1];
        slice.about += fmt::format(", z_{} held at {:.4g}, the data's mean after the last layer",
                                   third, held[third]);
    }
    PortraitOptions portrait_options;
    portrait_options.t_end =
        options.t_end > 0 ? options.t_end : flow.step * static_cast<double>(flow.depth);
    portrait_options.samples = 400;
    portrait_options.complete_up_to = 0;
    portrait_options.threads = options.threads;
    PhasePortrait portrait =
        phase_portrait(space, slice, starts, labels, flow.depth, portrait_options);
    // The remarks on equilibria of residuals are none on those of z.
    std::erase_if(portrait.notes,
                  [](const std::string& note) { return note.starts_with("Equilibria"); });
    add_roots(report, field, flow, portrait);
    portrait.complete = report.monotone.has_value();
    portrait.notes.push_back(describe_equilibria(report));
    return portrait;
}

void add_portraits(LowRankReport& report, const ActivityFlow& field, const Dataset& data,
                   const RankStudyOptions& options) {
    const ResidualNetwork& flow = report.network.flow;
    const Index r = report.network.rank;
    if (r != 2 && r != 3) {
        return;
    }
    const StateSpace space(flow, Coordinate::Activity);
    const Dataset drawn = data.draw(options.trajectories, options.seed);
    const Matrix starts = initial_activity(flow, inputs_of(drawn));
    const Matrix wide = reached(flow, inputs_of(data.draw(widest_range, options.seed)));
    constexpr double drawn_margin = 0.15;
    const Box box = around(wide, drawn_margin);
    const Index samples = wide.cols() / (flow.depth + 1);
    const Vector held = wide.rightCols(samples).rowwise().mean();
    std::vector<std::array<Index, 2>> planes = {{0, 1}};
    if (r == 3) {
        planes.push_back({0, 2});
        planes.push_back({1, 2});
    }
    for (const auto& axes : planes) {
        report.portraits.push_back(
            portrait_of(report, space, field, axes, held, starts, drawn.labels, box, options));
    }
}

void find_equilibria(LowRankReport& report, const ActivityFlow& field,
                     const ResidualNetwork& network, const RankStudyOptions& options) {
    const ResidualNetwork& flow = report.network.flow;
    RootSearchOptions roots = options.roots;
    roots.seed = options.seed;
    roots.threads = options.threads;
    roots.newton.residual_tol *=
        std::max(1.0, flow.block(0).A->cwiseAbs().rowwise().sum().maxCoeff());
    report.roots = find_roots(field, report.box, roots);
    for (const Root& root : report.roots.roots) {
        report.evidence.push_back(evidence_rate(
            network,
            activate(flow.activation, Vector(flow.block(0).W * root.x + flow.block(0).b))));
    }
}

LowRankReport report_of(const LowRankParts& parts, Index rank, const ResidualNetwork& network,
                        const Dataset& data, const RankStudyOptions& options) {
    LowRankReport report;
    report.network = parts.of_rank(rank);
    report.kept = parts.kept(rank);
    report.agreement =
        agreement(network, report.network.whole, data.inputs, data.labels, options.threads);
    report.rounding =
        rounding_of(report.network, inputs_of(data.draw(options.check_sample, options.seed)));
    const ResidualNetwork& flow = report.network.flow;
    const ActivityFlow field(flow.block(0), flow.activation);
    report.box =
        around(reached(flow, inputs_of(data.draw(widest_range, options.seed))), options.box_margin);
    if (!report.box.lower.allFinite() || !report.box.upper.allFinite()) {
        report.not_sought =
            "The z that the data reach are not finite: neither equilibria nor portraits.";
        return report;
    }
    report.monotone = monotone_variable(flow);
    if (!report.monotone) {
        find_equilibria(report, field, network, options);
    }
    add_portraits(report, field, data, options);
    return report;
}

}  // namespace

std::string describe_equilibria(const LowRankReport& report) {
    if (!report.not_sought.empty()) {
        return report.not_sought;
    }
    if (report.monotone) {
        return fmt::format(
            "Proved of z as stored, in the flow and from layer to layer: z_{} {} for ever (f > 0 "
            "and its row of QᵀA has one sign), so z has no equilibrium and nothing that recurs.",
            report.monotone->variable, report.monotone->grows ? "grows" : "falls");
    }
    double worst = 0.0;
    Index stable = 0;
    for (const Root& root : report.roots.roots) {
        worst = std::max(worst, root.residual);
        stable += root.spectrum.is_stable() ? 1 : 0;
    }
    const std::size_t count = report.roots.roots.size();
    return fmt::format(
        "Equilibria of z: Newton's method with deflation found {}{} from {} starts about the data; "
        "the list is not proved complete.",
        count, count == 0 ? "" : fmt::format(" ({} stable; residuals up to {:.1e})", stable, worst),
        report.roots.starts);
}

RankStudy study_ranks(const ResidualNetwork& network, const Dataset& data,
                      const RankStudyOptions& options) {
    validate(options);
    check_fits(shape_of(network), data);
    const LowRankParts parts(network);
    for (const Index rank : options.ranks) {
        if (rank < 1 || rank > parts.largest_rank()) {
            reject_argument("rank", fmt::format("whole numbers from 1 to {}", parts.largest_rank()),
                            fmt::format("{}", rank));
        }
    }
    RankStudy study;
    study.singular_values = parts.singular_values();
    for (const Index rank : options.ranks) {
        if (options.on_rank) {
            options.on_rank(rank);
        }
        study.ranks.push_back(report_of(parts, rank, network, data, options));
    }
    return study;
}

}  // namespace resdyn
