#include <resdyn/equilibria/certificate.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

/// One face: its units, the levels of the saturated ones, and W_FF y_F = load.
struct Face {
    std::vector<Index> free;
    std::vector<int> levels;  ///< size N; 0 for free units.
    IntegerMatrix block;
    std::vector<Integer> load;
};

Face face_of(const IntegerMatrix& W, const Pattern& pattern, Activation activation) {
    Face face;
    face.free = pattern.free_units();
    const Levels range = levels(activation);
    for (Index i = 0; i < pattern.size(); ++i) {
        face.levels.push_back(
            pattern[i] == UnitState::Free
                ? 0
                : static_cast<int>(pattern[i] == UnitState::Low ? range.low : range.high));
    }
    const auto size = static_cast<Index>(face.free.size());
    face.block = IntegerMatrix(size, size);
    for (Index k = 0; k < size; ++k) {
        const Index i = face.free[static_cast<std::size_t>(k)];
        for (Index l = 0; l < size; ++l) {
            face.block(k, l) = W(i, face.free[static_cast<std::size_t>(l)]);
        }
        Integer sum = 0;
        for (Index j = 0; j < pattern.size(); ++j) {
            sum -= W(i, j) * face.levels[static_cast<std::size_t>(j)];
        }
        face.load.push_back(std::move(sum));
    }
    return face;
}

/// The whole point from its free components values[k] / denominator, in lowest terms.
RationalPoint whole_point(const Face& face, const std::vector<Integer>& values,
                          const Integer& denominator) {
    RationalPoint point{{}, denominator};
    for (const int level : face.levels) {
        point.numerators.emplace_back(denominator * level);
    }
    for (std::size_t k = 0; k < face.free.size(); ++k) {
        point.numerators[static_cast<std::size_t>(face.free[k])] = values[k];
    }
    Integer common = denominator;
    for (const Integer& n : point.numerators) {
        common = gcd(common, n);
    }
    for (Integer& n : point.numerators) {
        n /= common;
    }
    point.denominator /= common;
    return point;
}

CertifiedEquilibrium certified(const IntegerMatrix& W, Activation activation, Equilibrium claim) {
    const Face face = face_of(W, claim.pattern, activation);
    const auto solution = exact::solve(face.block, face.load);
    if (!solution) {
        throw std::logic_error(fmt::format("certify: equilibrium {} has a singular free block",
                                           to_string(claim.pattern)));
    }
    CertifiedEquilibrium item;
    item.determinant_sign = solution->determinant_sign;
    item.y = whole_point(face, solution->numerators, solution->determinant);
    for (Index i = 0; i < claim.pattern.size(); ++i) {
        Integer rate = 0;
        if (claim.pattern[i] != UnitState::Free) {
            for (Index j = 0; j < claim.pattern.size(); ++j) {
                rate += W(i, j) * item.y.numerators[static_cast<std::size_t>(j)];
            }
        }
        // g' is positive at the lower level and negative at the upper one.
        item.saturated_signs.push_back(claim.pattern[i] == UnitState::Low ? rate.sign()
                                                                          : -rate.sign());
    }
    item.claim = std::move(claim);
    return item;
}

CertifiedContinuum certified(const IntegerMatrix& W, Activation activation,
                             const Continuum& continuum) {
    const Face face = face_of(W, continuum.pattern, activation);
    const Levels range = levels(activation);
    const auto space = exact::solution_space(face.block, face.load);
    const auto inside = space
                            ? exact::point_inside(*space, Rational(range.low), Rational(range.high))
                            : std::nullopt;
    if (!inside) {
        throw std::logic_error(fmt::format("certify: the continuum {} has no point inside",
                                           to_string(continuum.pattern)));
    }
    Integer common = 1;
    for (const Rational& z : *inside) {
        common = lcm(common, denominator(z));
    }
    std::vector<Integer> values;
    for (const Rational& z : *inside) {
        values.emplace_back(numerator(z) * (common / denominator(z)));
    }
    return {continuum.pattern, continuum.dimension, whole_point(face, values, common)};
}

void need_bounded(const ResidualSystem& system) {
    if (!is_bounded(system.activation())) {
        reject_argument("certify", "a bounded activation (logistic or tanh)",
                        to_string(system.activation()));
    }
}

}  // namespace

Certificate certify(const ResidualSystem& system, const Atlas& atlas, Listing listing) {
    need_bounded(system);
    const IntegerMatrix W = exact_weights(system).entries;
    Certificate certificate;
    // Counted is not listed: a list that was cut short is not certified as complete.
    certificate.complete = atlas.complete && atlas.not_listed == 0 &&
                           atlas.continua_found == static_cast<Index>(atlas.continua.size());
    certificate.listing = listing;
    certificate.counts = atlas.counts;
    certificate.singular_patterns = atlas.singular_patterns;
    for (const Equilibrium& equilibrium : atlas.equilibria) {
        certificate.equilibria.push_back(certified(W, system.activation(), equilibrium));
    }
    for (const Continuum& continuum : atlas.continua) {
        certificate.continua.push_back(certified(W, system.activation(), continuum));
    }
    return certificate;
}

Certificate certify(const ResidualSystem& system, std::vector<Equilibrium> found) {
    need_bounded(system);
    const IntegerMatrix W = exact_weights(system).entries;
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
        certificate.equilibria.push_back(certified(W, system.activation(), std::move(equilibrium)));
    }
    return certificate;
}

}  // namespace resdyn
