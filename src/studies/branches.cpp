#include <resdyn/studies/branches.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/stable/attracting_faces.hpp>
#include <resdyn/work/farm.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

constexpr std::string_view who = "bifurcations";

BifurcationOptions checked(const BranchStudyOptions& options) {
    BifurcationOptions with = options.bifurcation;
    if (!(with.from < with.to && std::isfinite(with.from) && std::isfinite(with.to))) {
        reject_argument("from", "a range from < to of finite numbers",
                        fmt::format("{} to {}", with.from, with.to));
    }
    require_at_least("points", options.points, 2);
    for (const double mark : options.marks) {
        require("mark", mark >= with.from && mark <= with.to,
                fmt::format("values within the range, {} to {}", with.from, with.to), mark);
    }
    with.on_progress = [on_part = options.on_part, on_farm = with.farm != nullptr](double done) {
        if (!on_farm) {  // which ends between its tasks
            stop_if_interrupted(who);
        }
        if (on_part) {
            on_part(who, done);
        }
    };
    return with;
}

/// The rows of all branches; `points_of` makes those of one.
template <typename PointsOf>
std::vector<std::vector<BranchPoint>> rows_of(const BifurcationDiagram& diagram, int threads,
                                              const PointsOf& points_of) {
    std::vector<std::vector<BranchPoint>> rows(diagram.branches.size());
    parallel_for(static_cast<Index>(rows.size()), threads, [&](Index k) {
        stop_if_interrupted(who);
        rows[static_cast<std::size_t>(k)] =
            points_of(diagram.branches[static_cast<std::size_t>(k)]);
    });
    return rows;
}

/// One branch, both ways from its middle row.
std::vector<ContinuationPoint> followed(const ParameterPath& path, const EquilibriumBranch& branch,
                                        const BranchPoint& middle, const std::vector<double>& marks,
                                        BranchRecheck& recheck) {
    std::vector<ContinuationPoint> whole;
    for (const int direction : {-1, 1}) {
        std::vector<ContinuationPoint> half = continue_equilibrium(
            path, middle.y, std::clamp(middle.alpha, branch.from, branch.to),
            {.from = branch.from, .to = branch.to, .direction = direction, .marks = marks});
        for (const ContinuationPoint& point : half) {
            recheck.no_convergence += point.label == ContinuationLabel::NoConvergence ? 1 : 0;
            recheck.largest_residual = std::max(recheck.largest_residual, point.residual);
        }
        if (direction < 0) {
            std::reverse(half.begin(), half.end());
            half.pop_back();  // the start comes with the other half
        }
        std::move(half.begin(), half.end(), std::back_inserter(whole));
    }
    return whole;
}

BranchRecheck follow_again(const ParameterPath& path, const BranchStudy& study,
                           const BranchStudyOptions& options) {
    BranchRecheck recheck;
    const std::size_t branches = study.diagram.branches.size();
    for (std::size_t k = 0; k < branches; ++k) {
        const EquilibriumBranch& branch = study.diagram.branches[k];
        const std::vector<BranchPoint>& rows = study.rows[k];
        recheck.runs.push_back(
            rows.empty() || !(branch.to > branch.from)
                ? std::vector<ContinuationPoint>()
                : followed(path, branch, rows[rows.size() / 2], options.marks, recheck));
        stop_if_interrupted(who);
        if (options.on_part) {
            options.on_part("continuation",
                            static_cast<double>(k + 1) / static_cast<double>(branches));
        }
    }
    return recheck;
}

/// Next to a fold a mark is met to the continuation's tolerance only.
bool is_at(double alpha, double mark) {
    constexpr double near = 1e-6;
    return std::abs(alpha - mark) <= near * (1.0 + std::abs(mark));
}

/// Points of followed cycles at a mark.
template <typename Branches, typename ValueOf>
void count_cycles(const Branches& branches, const ValueOf& value_of, MarkedBranches& marked) {
    for (const auto& branch : branches) {
        for (const auto& point : branch.points) {
            if (point.label == CycleLabel::UserValue && is_at(value_of(point), marked.alpha)) {
                ++marked.cycles;
                marked.attracting_cycles += point.outside == 0 ? 1 : 0;
            }
        }
    }
}

std::vector<MarkedBranches> marked_branches(const BranchStudy& study,
                                            const std::vector<double>& marks) {
    std::vector<MarkedBranches> all;
    for (const double mark : marks) {
        MarkedBranches& marked = all.emplace_back();
        marked.alpha = mark;
        for (std::size_t k = 0; k < study.rows.size(); ++k) {
            const auto& rows = study.rows[k];
            const auto row = std::find_if(rows.begin(), rows.end(), [&](const BranchPoint& r) {
                return r.label == "UZ" && r.alpha == mark;
            });
            if (row != rows.end()) {
                marked.equilibria.push_back(study.diagram.branches[k].pattern);
                marked.stable += row->flow.is_stable() ? 1 : 0;
            }
        }
        if (study.cycles) {
            count_cycles(
                study.cycles->branches, [](const CycleBranchPoint& p) { return p.parameter; },
                marked);
        }
        if (study.flow_cycles) {
            count_cycles(
                study.flow_cycles->branches, [](const FlowCyclePoint& p) { return p.alpha; },
                marked);
        }
    }
    return all;
}

CycleBranchOptions cycle_options(const BifurcationOptions& range,
                                 const BranchStudyOptions& options) {
    return {.from = range.from,
            .to = range.to,
            .max_period = options.max_period,
            .marks = options.marks};
}

CycleBranches cycles_along_the_step(const ResidualSystem& system, const BifurcationOptions& range,
                                    const BranchStudyOptions& options) {
    const AttractingFaces list =
        attracting_faces(system, {.max_nodes = range.max_nodes, .threads = range.threads});
    std::vector<Pattern> faces;
    for (const AttractingFace& face : list.faces) {
        faces.push_back(face.pattern);
    }
    return follow_cycles(system, faces, cycle_options(range, options), range.threads);
}

}  // namespace

BranchStudy study_branches(const ParameterPath& path, const BranchStudyOptions& options) {
    const BifurcationOptions with = checked(options);
    BranchStudy study;
    study.diagram = bifurcations(path, with);
    if (with.farm != nullptr && (with.farm->is_shard() || !with.farm->progress().complete())) {
        return study;
    }
    study.rows = rows_of(study.diagram, with.threads, [&](const EquilibriumBranch& branch) {
        return branch_points(path, branch, study.diagram.events, options.points, options.marks);
    });
    study.margins = path_margins(path, study.diagram, options.rounding, with.threads);
    study.continua = continuum_extents(path, study.diagram.events);
    if (options.continuation) {
        study.recheck = follow_again(path, study, options);
    }
    if (options.cycles) {
        if (options.on_part) {
            options.on_part("cycles", 0.0);
        }
        study.flow_cycles = follow_flow_cycles(
            path, study.diagram.events, {.from = with.from, .to = with.to, .marks = options.marks},
            with.threads);
        if (with.layer_map) {
            study.cycles =
                follow_cycles(path, study.diagram, cycle_options(with, options), with.threads);
        }
    }
    study.marks = marked_branches(study, options.marks);
    return study;
}

BranchStudy study_step_branches(const WholeSystem& system, const BranchStudyOptions& options) {
    if (options.continuation) {
        reject_argument("continuation", "a path of weights", "the step, along which nothing moves");
    }
    if (options.cycles && system.factor != 1.0) {
        reject_argument("cycles", "weights as they are stored (without --as-decimals)",
                        "weights read as decimals");
    }
    const BifurcationOptions with = checked(options);
    BranchStudy study;
    study.diagram = step_bifurcations(system, with);
    study.rows = rows_of(study.diagram, with.threads, [&](const EquilibriumBranch& branch) {
        return step_branch_points(system, branch, study.diagram.events, options.points,
                                  options.marks);
    });
    study.margins = step_margins(system, study.diagram, options.rounding, with.threads);
    if (options.cycles) {
        if (options.on_part) {
            options.on_part("cycles", 0.0);
        }
        study.cycles = cycles_along_the_step(system.system, with, options);
    }
    study.marks = marked_branches(study, options.marks);
    return study;
}

}  // namespace resdyn
