/// @file
/// Branches and events, exact numbers included, in the bytes of a task (work/task_fields.hpp).
#pragma once

#include <string>
#include <tuple>

#include "equilibria/face_fields.hpp"
#include "free_set_branches.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

inline void write_task(TaskWriter& to, const exact::Integer& value) {
    to.add_text(value.str());
}

inline void read_task(TaskReader& from, exact::Integer& value) {
    value = exact::Integer(from.next_text());
}

inline void write_task(TaskWriter& to, const exact::Rational& value) {
    write_task(to, exact::Integer(numerator(value)));
    write_task(to, exact::Integer(denominator(value)));
}

inline void read_task(TaskReader& from, exact::Rational& value) {
    exact::Integer above;
    exact::Integer below;
    read_task(from, above);
    read_task(from, below);
    value = exact::Rational(above, below);
}

namespace exact {

inline auto task_fields(RealRoot& root) {
    return std::tie(root.lower, root.upper, root.polynomial, root.sign_above_lower, root.clustered);
}

}  // namespace exact

inline auto task_fields(BranchSegment& segment) {
    return std::tie(segment.from, segment.to, segment.sample, segment.flow, segment.map);
}

inline auto task_fields(EquilibriumBranch& branch) {
    return std::tie(branch.pattern, branch.from, branch.to, branch.segments, branch.decided);
}

inline auto task_fields(FirstLyapunovCoefficient& l) {
    return std::tie(l.value, l.error_bound, l.frequency, l.real_part, l.criticality);
}

inline auto task_fields(Bifurcation& event) {
    return std::tie(event.kind, event.alpha, event.lower, event.upper, event.exact, event.pattern,
                    event.partner, event.unit, event.y, event.residual, event.unstable_before,
                    event.unstable_after, event.partner_before, event.partner_after,
                    event.degenerate, event.multiplicity, event.dimension, event.angle,
                    event.lyapunov, event.remark);
}

inline auto task_fields(PlacedEvent& placed) {
    return std::tie(placed.event, placed.root);
}

inline auto task_fields(FaceBranches& face) {
    return std::tie(face.branches, face.events);
}

inline auto task_fields(FreeSetBranches& set) {
    return std::tie(set.found, set.permanent);
}

}  // namespace resdyn
