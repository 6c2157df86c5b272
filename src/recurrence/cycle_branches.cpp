#include <resdyn/recurrence/cycle_branches.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>

#include "core/parallel.hpp"
#include "cycle_branch_tree.hpp"
#include "numerics/decompositions.hpp"
#include "orbit_on_face.hpp"

namespace resdyn {

namespace {

constexpr double feigenbaum = 4.669201609102990;
constexpr double farthest_along_h = 1e6;  // |u| of a cycle
// Along weights, beyond four times what a layer adds: a residual is at its level to 1e-13.
constexpr double farthest_along_weights = 30.0;

/// Eigenvectors of the real eigenvalues of `J`, with these.
std::vector<std::pair<double, Vector>> real_eigenvectors(const Matrix& J) {
    const Eigenpairs pairs = eigenpairs(J);
    std::vector<std::pair<double, Vector>> found;
    for (Index k = 0; k < J.rows(); ++k) {
        const Complex mu = pairs.values[k];
        if (mu.imag() == 0) {
            found.emplace_back(mu.real(), pairs.vectors.col(k).real());
        }
    }
    return found;
}

/// The flips of an equilibrium along h.
std::vector<CycleBirth> births_along_h(const FaceFamily& layer, const Vector& y_star,
                                       const CycleBranchOptions& options) {
    const Vector u_star = inverse(layer.activation, Vector(y_star(layer.free)));
    std::vector<CycleBirth> births;
    for (const auto& [mu, v] : real_eigenvectors(layer.jacobian(u_star, 1.0))) {
        const double h = -2.0 / mu;
        if (mu < 0 && h >= options.from && h <= options.to) {
            births.push_back(birth_at_flip(h, u_star, v));
        }
    }
    std::sort(births.begin(), births.end(),
              [](const CycleBirth& a, const CycleBirth& b) { return a.parameter < b.parameter; });
    return births;
}

/// At a PD of the diagram: one a multiplier that reaches −1 there.
void add_births_at(const FaceFamily& layer, const Bifurcation& event,
                   std::vector<CycleBirth>& births) {
    const Vector u_star = inverse(layer.activation, Vector(event.y(layer.free)));
    auto found = real_eigenvectors(layer.jacobian(u_star, event.alpha));
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return std::abs(a.first + 2.0) < std::abs(b.first + 2.0);
    });
    const auto many = static_cast<std::size_t>(std::max<Index>(1, event.multiplicity));
    for (std::size_t k = 0; k < std::min(many, found.size()); ++k) {
        births.push_back(birth_at_flip(event.alpha, u_star, found[k].second));
    }
}

/// Is there a stretch of the branch that this event is on where no unit leaves its level?
bool attracts_somewhere(const FaceFamily& layer, const BifurcationDiagram& diagram,
                        const Bifurcation& event) {
    return std::any_of(
        diagram.branches.begin(), diagram.branches.end(), [&](const EquilibriumBranch& branch) {
            return branch.pattern == event.pattern && branch.from <= event.alpha &&
                   event.alpha <= branch.to &&
                   std::any_of(branch.segments.begin(), branch.segments.end(),
                               [&](const BranchSegment& segment) {
                                   return layer.leaving(layer.equilibrium(segment.sample),
                                                        segment.sample) == 0;
                               });
        });
}

double largest_added(const FaceFamily& layer, double lambda) {
    const Matrix block = layer.block + lambda * layer.block_rate;
    const Vector load = layer.load + lambda * layer.load_rate;
    return (block.cwiseAbs().rowwise().sum() + load.cwiseAbs()).maxCoeff();
}

void validate(const CycleBranchOptions& options) {
    require("max_period", options.max_period >= 1 && options.max_period <= 512,
            "a whole number from 1 to 512", fmt::format("{}", options.max_period));
    require_at_least("max_branches", options.max_branches, 1);
    require_at_least("max_points", options.max_points, 1);
    require("max_step", options.max_step > 0, "a number > 0", options.max_step);
}

/// The parameter of the first PD on each branch down the chain that begins at `first`.
DoublingCascade cascade_from(const std::vector<CycleBranch>& branches, std::size_t first) {
    DoublingCascade cascade;
    std::optional<std::size_t> at = first;
    while (at) {
        cascade.parameters.push_back(branches[*at].birth);
        std::optional<std::size_t> next;
        for (std::size_t k = *at + 1; k < branches.size() && !next; ++k) {
            if (branches[k].parent == at && branches[k].born == CycleLabel::PeriodDoubling) {
                next = k;
            }
        }
        if (!next) {
            const auto& points = branches[*at].points;
            const auto pd = std::find_if(points.begin(), points.end(), [](const auto& point) {
                return point.label == CycleLabel::PeriodDoubling;
            });
            if (pd != points.end()) {
                cascade.parameters.push_back(pd->parameter);
            }
        }
        at = next;
    }
    for (std::size_t k = 1; k + 1 < cascade.parameters.size(); ++k) {
        cascade.ratios.push_back((cascade.parameters[k] - cascade.parameters[k - 1]) /
                                 (cascade.parameters[k + 1] - cascade.parameters[k]));
    }
    if (cascade.ratios.size() >= 2) {
        const double last = cascade.parameters.back();
        cascade.limit =
            last + (last - cascade.parameters[cascade.parameters.size() - 2]) / (feigenbaum - 1.0);
    }
    return cascade;
}

/// The trees of all faces, one after the other, and their cascades.
CycleBranches together(std::vector<CycleBranchTree> trees) {
    CycleBranches result;
    for (CycleBranchTree& tree : trees) {
        const std::size_t first = result.branches.size();
        for (std::size_t b = 0; b < tree.branches.size(); ++b) {
            const CycleBranch& branch = tree.branches[b];
            if (branch.born == CycleLabel::PeriodDoubling &&
                (!branch.parent || branch.period == 2 ||
                 tree.branches[*branch.parent].born != CycleLabel::PeriodDoubling)) {
                result.cascades.push_back(cascade_from(tree.branches, b));
            }
        }
        for (CycleBranch& branch : tree.branches) {
            if (branch.parent) {
                *branch.parent += first;
            }
            result.branches.push_back(std::move(branch));
        }
        result.not_followed += tree.not_followed;
    }
    std::erase_if(result.cascades,
                  [](const DoublingCascade& cascade) { return cascade.parameters.size() < 3; });
    std::stable_sort(result.cascades.begin(), result.cascades.end(),
                     [](const DoublingCascade& a, const DoublingCascade& b) {
                         return a.parameters.size() > b.parameters.size();
                     });
    return result;
}

}  // namespace

std::string_view to_string(CycleLabel label) {
    switch (label) {
        case CycleLabel::Regular:
            return "";
        case CycleLabel::EndPoint:
            return "EP";
        case CycleLabel::PeriodDoubling:
            return "PD";
        case CycleLabel::NeimarkSacker:
            return "NS";
        case CycleLabel::LimitPoint:
            return "LPC";
        case CycleLabel::BranchPoint:
            return "BP";
        case CycleLabel::NoConvergence:
            return "MX";
        case CycleLabel::UserValue:
            return "UZ";
        case CycleLabel::Hopf:
            return "HB";
    }
    return "unknown";
}

std::string_view to_string(CycleBranchEnd end) {
    switch (end) {
        case CycleBranchEnd::Range:
            return "range";
        case CycleBranchEnd::PeriodGrows:
            return "period_grows";
        case CycleBranchEnd::Shrinks:
            return "shrinks";
        case CycleBranchEnd::Merges:
            return "merges";
        case CycleBranchEnd::Grows:
            return "grows";
        case CycleBranchEnd::Family:
            return "family";
        case CycleBranchEnd::PointLimit:
            return "point_limit";
        case CycleBranchEnd::NoConvergence:
            return "no_convergence";
    }
    return "unknown";
}

CycleBranches follow_cycles(const ResidualSystem& system, const std::vector<Pattern>& faces,
                            const CycleBranchOptions& options, int threads) {
    if (!(std::isfinite(options.to) && options.from >= 0 && options.from < options.to)) {
        reject_argument("step range", "0 <= from < to, finite",
                        fmt::format("from {} to {}", options.from, options.to));
    }
    validate(options);
    const FaceSolver solver(system);
    std::vector<CycleBranchTree> trees(faces.size());
    parallel_for(static_cast<Index>(faces.size()), threads, [&](Index k) {
        const Pattern& face = faces[static_cast<std::size_t>(k)];
        const auto y = face.is_vertex() ? std::nullopt : inner_equilibrium(solver, face);
        if (y) {
            const FaceFamily layer = step_family(system, face);
            trees[static_cast<std::size_t>(k)] =
                follow_births(layer, births_along_h(layer, *y, options), farthest_along_h, options);
        }
    });
    return together(std::move(trees));
}

CycleBranches follow_cycles(const ParameterPath& path, const BifurcationDiagram& diagram,
                            const CycleBranchOptions& options, int threads) {
    if (!(std::isfinite(options.from) && std::isfinite(options.to) && options.from < options.to)) {
        reject_argument("range", "from < to, finite",
                        fmt::format("from {} to {}", options.from, options.to));
    }
    validate(options);
    std::map<Pattern, std::vector<const Bifurcation*>> by_face;
    for (const Bifurcation& event : diagram.events) {
        if (event.kind == BifurcationKind::Flip && event.alpha >= options.from &&
            event.alpha <= options.to) {
            by_face[event.pattern].push_back(&event);
        }
    }
    const std::vector<std::pair<Pattern, std::vector<const Bifurcation*>>> faces(by_face.begin(),
                                                                                 by_face.end());
    std::vector<CycleBranchTree> trees(faces.size());
    std::vector<Index> passed_over(faces.size(), 0);
    parallel_for(static_cast<Index>(faces.size()), threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        const FaceFamily layer = layer_family(path, faces[at].first);
        std::vector<CycleBirth> births;
        for (const Bifurcation* event : faces[at].second) {
            if (attracts_somewhere(layer, diagram, *event)) {
                add_births_at(layer, *event, births);
            } else {
                ++passed_over[at];
            }
        }
        const double added =
            std::max(largest_added(layer, options.from), largest_added(layer, options.to));
        trees[at] =
            follow_births(layer, std::move(births), farthest_along_weights + 4.0 * added, options);
    });
    CycleBranches result = together(std::move(trees));
    for (const Index count : passed_over) {
        result.not_attracting += count;
    }
    result.step = path.step;
    return result;
}

}  // namespace resdyn
