#include <resdyn/equilibria/certificate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "face_system.hpp"

namespace resdyn {

using exact::Integer;

namespace {

/// The whole point in lowest terms.
RationalPoint lowest_terms(const ExactPoint& point) {
    Integer common = point.denominator;
    for (const Integer& n : point.numerators) {
        common = gcd(common, n);
    }
    RationalPoint lowest;
    for (const Integer& n : point.numerators) {
        lowest.numerators.emplace_back(n / common);
    }
    lowest.denominator = point.denominator / common;
    return lowest;
}

CertifiedEquilibrium certified(const exact::BinaryMatrix& weights, WholeLevels range,
                               Equilibrium claim) {
    const FaceSystem face = face_system(weights, range, claim.pattern);
    const auto solution = exact::solve(face.block, face.load);
    if (!solution) {
        throw std::logic_error(fmt::format("certify: equilibrium {} has a singular free block",
                                           to_string(claim.pattern)));
    }
    if (!is_inside(*solution, range)) {
        throw std::logic_error(
            fmt::format("certify: equilibrium {} is not inside", to_string(claim.pattern)));
    }
    const ExactPoint point = point_on_face(weights, range, claim.pattern, face,
                                           solution->numerators, solution->determinant);
    CertifiedEquilibrium item;
    item.determinant_sign = solution->determinant_sign;
    item.y = lowest_terms(point);
    for (Index i = 0; i < claim.pattern.size(); ++i) {
        // g' is positive at the lower level and negative at the upper one.
        const int sign = point.rates[static_cast<std::size_t>(i)].sign();
        item.saturated_signs.push_back(claim.pattern[i] == UnitState::Low ? sign : -sign);
    }
    item.claim = std::move(claim);
    return item;
}

CertifiedContinuum certified(const exact::BinaryMatrix& weights, WholeLevels range,
                             const Continuum& continuum) {
    const FaceSystem face = face_system(weights, range, continuum.pattern);
    const auto space = exact::solution_space(face.block, face.load);
    const auto inside = space ? exact::point_inside(*space, range.low, range.high) : std::nullopt;
    if (!inside) {
        throw std::logic_error(fmt::format("certify: the continuum {} has no point inside",
                                           to_string(continuum.pattern)));
    }
    const exact::Solution values = over_common_denominator(*inside);
    return {continuum.pattern, continuum.dimension,
            lowest_terms(point_on_face(weights, range, continuum.pattern, face, values.numerators,
                                       values.determinant))};
}

}  // namespace

Certificate certify(const ResidualSystem& system, const Atlas& atlas, Listing listing) {
    const WholeLevels range = whole_levels(system.activation(), "certify");
    const exact::BinaryMatrix weights = exact_weights(system);
    Certificate certificate;
    // Counted is not listed: a list that was cut short is not certified as complete.
    certificate.complete = atlas.complete && atlas.not_listed == 0 &&
                           atlas.continua_found == static_cast<Index>(atlas.continua.size());
    certificate.listing = listing;
    certificate.counts = atlas.counts;
    certificate.singular_patterns = atlas.singular_patterns;
    for (const Equilibrium& equilibrium : atlas.equilibria) {
        certificate.equilibria.push_back(certified(weights, range, equilibrium));
    }
    for (const Continuum& continuum : atlas.continua) {
        certificate.continua.push_back(certified(weights, range, continuum));
    }
    return certificate;
}

Certificate certify(const ResidualSystem& system, std::vector<Equilibrium> found) {
    const WholeLevels range = whole_levels(system.activation(), "certify");
    const exact::BinaryMatrix weights = exact_weights(system);
    std::sort(found.begin(), found.end(),
              [](const Equilibrium& a, const Equilibrium& b) { return a.pattern < b.pattern; });
    Certificate certificate;
    AtlasCounts& counts = certificate.counts;
    counts.by_unstable_dimension.assign(static_cast<std::size_t>(system.dimension() + 1), 0);
    for (Equilibrium& equilibrium : found) {
        if (!equilibrium.proved) {
            ++certificate.omitted;
            continue;
        }
        ++counts.total;
        (equilibrium.pattern.is_vertex() ? counts.vertices : counts.faces) += 1;
        counts.stable += equilibrium.spectrum.is_stable() ? 1 : 0;
        ++counts.by_unstable_dimension[static_cast<std::size_t>(equilibrium.spectrum.unstable)];
        certificate.equilibria.push_back(certified(weights, range, std::move(equilibrium)));
    }
    return certificate;
}

}  // namespace resdyn
