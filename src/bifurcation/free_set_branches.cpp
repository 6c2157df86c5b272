#include "free_set_branches.hpp"

#include <algorithm>
#include <map>

#include "face_continua.hpp"

namespace resdyn {

using exact::Rational;
using exact::RealRoot;

namespace {

Pattern mirrored(Pattern pattern) {
    for (UnitState& state : pattern.states) {
        state = state == UnitState::Low    ? UnitState::High
                : state == UnitState::High ? UnitState::Low
                                           : UnitState::Free;
    }
    return pattern;
}

FaceBranches mirrored(FaceBranches found) {
    for (EquilibriumBranch& branch : found.branches) {
        branch.pattern = mirrored(std::move(branch.pattern));
    }
    for (PlacedEvent& placed : found.events) {
        Bifurcation& event = placed.event;
        event.pattern = mirrored(std::move(event.pattern));
        if (event.partner) {
            event.partner = mirrored(std::move(*event.partner));
        }
        event.y = (0.0 - event.y.array()).matrix();  // no −0
    }
    return found;
}

bool touches_continuum(const FaceBranches& found) {
    return std::any_of(found.events.begin(), found.events.end(), [](const PlacedEvent& placed) {
        return placed.event.kind == BifurcationKind::Singular;
    });
}

FaceBranches followed(const ParameterPath& path, const FreeSetPath& set,
                      const std::vector<RealRoot>& poles, const Pattern& pattern,
                      const ParameterRange& range, bool layer_map) {
    FaceBranches found = face_branches(path, set, pattern, range, layer_map);
    for (PlacedEvent& event : singular_events(path, set, poles, pattern)) {
        found.events.push_back(std::move(event));
    }
    return found;
}

}  // namespace

FreeSetBranches free_set_branches(const ParameterPath& path, const std::vector<Index>& free,
                                  const std::vector<Pattern>& patterns, const ParameterRange& range,
                                  bool layer_map) {
    FreeSetBranches result;
    const FreeSetPath set = free_set_path(path, free);
    if (set.determinant.empty()) {
        const Rational middle = exact::simple_between(range.from, range.to);
        for (const Pattern& pattern : patterns) {
            if (continuum_at(path, pattern, middle).dimension > 0) {
                result.permanent.push_back(pattern);
            }
        }
        return result;
    }
    std::vector<RealRoot> poles =
        exact::real_roots(set.determinant, range.from, range.to, range.width);
    for (RealRoot& pole : poles) {
        range.narrow(pole);
    }
    std::map<Pattern, FaceBranches> faces;
    for (const Pattern& pattern : patterns) {
        const auto twin =
            path.activation == Activation::Tanh ? faces.find(mirrored(pattern)) : faces.end();
        const bool by_symmetry = twin != faces.end() && !touches_continuum(twin->second);
        faces.emplace(pattern, by_symmetry ? mirrored(twin->second)
                                           : followed(path, set, poles, pattern, range, layer_map));
    }
    for (auto& [pattern, face] : faces) {
        std::move(face.branches.begin(), face.branches.end(),
                  std::back_inserter(result.found.branches));
        std::move(face.events.begin(), face.events.end(), std::back_inserter(result.found.events));
    }
    return result;
}

}  // namespace resdyn
