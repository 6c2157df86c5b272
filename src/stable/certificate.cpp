#include <resdyn/stable/certificate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <resdyn/core/error.hpp>

#include "equilibria/attracting_point.hpp"
#include "equilibria/exact_weights.hpp"
#include "equilibria/face_system.hpp"

namespace resdyn {

using exact::Integer;

namespace {

constexpr std::size_t most_ties = 10;  // of one item: 2^ties faces are decided

/// The whole point in lowest terms.
RationalPoint lowest_terms(const ExactPoint& point) {
    Integer common = point.denominator;
    for (const Integer& n : point.numerators) {
        common = gcd(common, n);
    }
    RationalPoint lowest;
    for (const Integer& n : point.numerators) {
        lowest.numerators.push_back(Integer(n / common).str());
    }
    lowest.denominator = Integer(point.denominator / common).str();
    return lowest;
}

/// Freeing some of the tied units gives a continuum's face. Empty: too many ties to try all.
std::optional<bool> on_continuum(const FaceSolver& solver, const Equilibrium& equilibrium) {
    if (equilibrium.spectrum.zero == 0) {
        return false;
    }
    const std::vector<Index> tied = solver.ties(equilibrium.pattern);
    if (tied.size() > most_ties) {
        return std::nullopt;
    }
    for (std::size_t subset = 1; subset < std::size_t{1} << tied.size(); ++subset) {
        Pattern freed = equilibrium.pattern;
        for (std::size_t k = 0; k < tied.size(); ++k) {
            if ((subset >> k & 1U) != 0) {
                freed.states[static_cast<std::size_t>(tied[k])] = UnitState::Free;
            }
        }
        if (std::holds_alternative<Continuum>(solver.decide(freed))) {
            return true;
        }
    }
    return false;
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

/// Whatever list of continua there is, it may be of a part: each item is decided by itself.
void flag_continua(const FaceSolver& solver, Certificate& certificate) {
    for (CertifiedEquilibrium& item : certificate.equilibria) {
        item.on_continuum = on_continuum(solver, item.claim);
    }
}

AtlasCounts counts_of(const std::vector<CertifiedEquilibrium>& list, Index dimension) {
    AtlasCounts counts;
    counts.by_unstable_dimension.assign(static_cast<std::size_t>(dimension + 1), 0);
    for (const CertifiedEquilibrium& item : list) {
        ++counts.total;
        (item.claim.pattern.is_vertex() ? counts.vertices : counts.faces) += 1;
        counts.stable += item.claim.spectrum.is_stable() ? 1 : 0;
        ++counts.by_unstable_dimension[static_cast<std::size_t>(item.claim.spectrum.unstable)];
    }
    return counts;
}

}  // namespace

std::string_view to_string(CertificateClaim claim) {
    switch (claim) {
        case CertificateClaim::Listed:
            return "listed";
        case CertificateClaim::Complete:
            return "complete";
        case CertificateClaim::StableComplete:
            return "stable_complete";
        case CertificateClaim::StableVerticesComplete:
            return "stable_vertices_complete";
        case CertificateClaim::AttractingFacesComplete:
            return "attracting_faces_complete";
    }
    return "unknown";
}

Certificate certify(const ResidualSystem& system, const Atlas& atlas, Listing listing) {
    const WholeLevels range = whole_levels(system.activation(), "certify");
    const exact::BinaryMatrix weights = exact_weights(system);
    Certificate certificate;
    certificate.listing = listing;
    for (const Equilibrium& equilibrium : atlas.equilibria) {
        certificate.equilibria.push_back(certified(weights, range, equilibrium));
    }
    for (const Continuum& continuum : atlas.continua) {
        certificate.continua.push_back(certified(weights, range, continuum));
    }
    flag_continua(FaceSolver(system), certificate);
    // Counted is not listed: a list that was cut short is not certified as complete.
    const bool complete = atlas.complete && atlas.not_listed == 0 &&
                          atlas.continua_found == static_cast<Index>(atlas.continua.size());
    certificate.claim = complete ? CertificateClaim::Complete : CertificateClaim::Listed;
    if (complete) {
        certificate.singular_patterns = atlas.singular_patterns;
    }
    certificate.counts =
        complete ? atlas.counts : counts_of(certificate.equilibria, system.dimension());
    return certificate;
}

Certificate certify(const ResidualSystem& system, std::vector<Equilibrium> found,
                    CertificateClaim claim, std::optional<SearchProof> proof) {
    if (claim == CertificateClaim::Complete) {
        reject_argument("certify", "an atlas for the claim 'complete'", "a list");
    }
    if (claim == CertificateClaim::AttractingFacesComplete) {
        reject_argument("certify", "a search for the claim 'attracting_faces_complete'", "a list");
    }
    const WholeLevels range = whole_levels(system.activation(), "certify");
    const exact::BinaryMatrix weights = exact_weights(system);
    std::sort(found.begin(), found.end(),
              [](const Equilibrium& a, const Equilibrium& b) { return a.pattern < b.pattern; });
    Certificate certificate;
    for (Equilibrium& equilibrium : found) {
        if (equilibrium.proved) {
            certificate.equilibria.push_back(certified(weights, range, std::move(equilibrium)));
        } else {
            ++certificate.omitted;
        }
    }
    flag_continua(FaceSolver(system), certificate);
    certificate.claim = certificate.omitted == 0 ? claim : CertificateClaim::Listed;
    certificate.counts = counts_of(certificate.equilibria, system.dimension());
    if (certificate.claim != CertificateClaim::Listed) {
        certificate.proof = std::move(proof);
    }
    return certificate;
}

Certificate certify(const ResidualSystem& system, const AttractingFaces& search,
                    std::optional<SearchProof> proof) {
    const WholeLevels range = whole_levels(system.activation(), "certify");
    const exact::BinaryMatrix weights = exact_weights(system);
    const FaceSolver solver(system);
    Certificate certificate;
    for (const AttractingFace& face : search.faces) {
        const auto point = attracting_point(weights, range, face.pattern);
        if (!point) {
            throw std::logic_error(
                fmt::format("certify: the face {} cannot attract", to_string(face.pattern)));
        }
        if (face.is_isolated()) {
            certificate.equilibria.push_back(
                certified(weights, range, std::get<Equilibrium>(solver.decide(face.pattern))));
        } else {
            certificate.continua.push_back(
                {face.pattern, face.dimension, lowest_terms(point->point)});
        }
    }
    flag_continua(solver, certificate);
    certificate.counts = counts_of(certificate.equilibria, system.dimension());
    if (search.complete() && search.all_listed()) {
        certificate.claim = CertificateClaim::AttractingFacesComplete;
        certificate.proof = std::move(proof);
    }
    return certificate;
}

}  // namespace resdyn
