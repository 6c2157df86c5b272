#include "step_crossings.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "numerics/exact_roots.hpp"

namespace resdyn {

using exact::Integer;
using exact::Polynomial;
using exact::power_of_two;
using exact::Rational;
using exact::RealRoot;

namespace {

/// Width of brackets, over h.
const Rational relative_width(1, 10'000'000'000'000);
/// Half-widths about what doubles say that are tried, over h, narrowest first.
constexpr double tried_widths[] = {0.45e-13, 1e-11, 1e-9, 1e-7, 1e-5};
/// Below this width over h the kinds of what crosses are asked for.
const Rational kinds_width(1, 10'000);
/// Degree of the polynomial of sums ν_i + ν_j that is still affordable.
constexpr Index affordable_degree = 64;
/// Rational h with denominators below this are recognised.
constexpr long small_denominator = 1L << 16;
/// Factor, as a power of two, of the steps down to the smallest crossing.
constexpr int leap = 64;

int binary_exponent(const Rational& x) {
    return static_cast<int>(msb(numerator(x))) - static_cast<int>(msb(denominator(x)));
}

bool is_within(const Rational& lower, const Rational& upper, const Rational& width) {
    return lower > 0 && upper - lower <= width * lower;
}

/// A point between 0 <= lower < upper: half-way, in magnitude where these differ much.
Rational half_way(const Rational& lower, const Rational& upper) {
    const int high = binary_exponent(upper);
    const int low = lower == 0 ? high - 2 * leap : binary_exponent(lower);
    if (high - low > 2) {  // lower < 2^(low + 1), 2^(high − 1) < upper
        return power_of_two(low + (high - low) / 2);
    }
    return (lower + upper) / 2;
}

/// h of the events that double arithmetic sees, increasing.
std::vector<double> approximate_crossings(const Matrix& J) {
    std::vector<double> steps;
    if (!J.allFinite()) {
        return steps;
    }
    for (const Complex mu : eigenvalues(J)) {
        // In this order |μ|² of tiny or huge weights does not under- or overflow.
        const double modulus = std::abs(mu);
        const double h = -2.0 * (mu.real() / modulus) / modulus;
        if (mu.imag() >= 0 && h > 0 && std::isfinite(h)) {
            steps.push_back(h);
        }
    }
    std::sort(steps.begin(), steps.end());
    return steps;
}

/// Multipliers outside the circle, and on it.
struct Count {
    Index outside = 0;
    Index on = 0;

    Index right() const { return outside + on; }  ///< outside, just right of h
};

/// An open interval of h, and how many are outside just right of its start and at its end.
struct Stretch {
    Rational lower;
    Index outside_lower = 0;
    Rational upper;
    Index outside_upper = 0;
    bool only_pairs = false;  ///< proved: no multiplier passes −1 in it

    Index jump() const { return outside_upper - outside_lower; }
};

struct Flip {
    RealRoot h;
    Index multiplicity = 0;
};

class CrossingSearch {
  public:
    explicit CrossingSearch(const FreeMultipliers& multipliers)
        : multipliers_(multipliers), guesses_(approximate_crossings(multipliers.jacobian())) {}

    std::vector<StepCrossing> all(const Rational& from, const Rational& to) {
        Stretch whole{from, 0, to, 0, false};
        if (from == 0) {
            const SpectralCounts flow = multipliers_.flow_counts();
            whole.outside_lower = flow.unstable + flow.neutral;  // μ = iω: |1 + hμ| > 1
        } else {
            const Count count = at(from);
            whole.outside_lower = count.right();
            add_exact(from, count);
        }
        const Count last = at(to);
        whole.outside_upper = last.outside;
        search(whole, true);
        add_exact(to, last);
        return std::move(found_);
    }

    StepCrossing first() {
        Rational upper = guesses_.empty() ? Rational(1) : exact::rational(guesses_.front());
        while (at(upper).outside == 0) {
            upper *= power_of_two(leap);
        }
        Rational lower = upper;
        while (at(lower).right() > 0) {
            lower /= power_of_two(leap);
        }
        for (const double guess : guesses_) {
            for (const double width : tried_widths) {
                const Rational below = exact::rational(guess * (1.0 - width));
                const Rational above = exact::rational(guess * (1.0 + width));
                if (below > lower && above < upper && at(below).right() == 0 &&
                    at(above).outside > 0) {
                    lower = below;
                    upper = above;
                }
            }
        }
        while (!is_within(lower, upper, relative_width)) {
            const Rational middle = half_way(lower, upper);
            const Count count = at(middle);
            if (count.outside == 0 && count.on > 0) {
                return {middle, middle};
            }
            (count.outside == 0 ? lower : upper) = middle;
        }
        const Rational simple = exact::simplest_between(lower, upper);
        if (denominator(simple) < small_denominator && at(simple).on > 0) {
            return {simple, simple};
        }
        return {lower, upper};
    }

  private:
    Count at(const Rational& h) const {
        const SpectralCounts counts = multipliers_.counts(h);
        return {counts.unstable, counts.neutral};
    }

    void search(const Stretch& s, bool with_guesses) {
        if (s.jump() == 0) {
            return;
        }
        Stretch stretch = s;
        if (stretch.jump() > 1 && !stretch.only_pairs &&
            is_within(stretch.lower, stretch.upper, kinds_width)) {
            std::vector<Flip> flips = flips_in(stretch);
            Index multiplicity = 0;
            for (const Flip& flip : flips) {
                multiplicity += flip.multiplicity;
            }
            if (multiplicity == stretch.jump()) {
                for (Flip& flip : flips) {
                    add(flip.h, flip.multiplicity, 0);
                }
                return;
            }
            stretch.only_pairs = multiplicity == 0;
        }
        if (is_within(stretch.lower, stretch.upper, relative_width)) {
            finish(stretch);
        } else if (!(with_guesses && split_at_guess(stretch))) {
            const Rational middle = half_way(stretch.lower, stretch.upper);
            const Count count = at(middle);
            search(
                {stretch.lower, stretch.outside_lower, middle, count.outside, stretch.only_pairs},
                false);
            add_exact(middle, count);
            search(
                {middle, count.right(), stretch.upper, stretch.outside_upper, stretch.only_pairs},
                false);
        }
    }

    bool split_at_guess(const Stretch& s) {
        for (const double guess : guesses_) {
            for (const double width : tried_widths) {
                const Rational below = exact::rational(guess * (1.0 - width));
                const Rational above = exact::rational(guess * (1.0 + width));
                if (!(s.lower < below && below < above && above < s.upper)) {
                    break;
                }
                const Count left = at(below);
                const Count right = at(above);
                if (right.right() > left.outside) {
                    search({s.lower, s.outside_lower, below, left.outside, s.only_pairs}, true);
                    add_exact(below, left);
                    search({below, left.right(), above, right.outside, s.only_pairs}, false);
                    add_exact(above, right);
                    search({above, right.right(), s.upper, s.outside_upper, s.only_pairs}, true);
                    return true;
                }
            }
        }
        return false;
    }

    /// Σ c_k λ^k, λ = 1/(scale ν), ν = −h/2, as a polynomial in h.
    const Polynomial& flip_polynomial() {
        if (flip_polynomial_.empty()) {
            const Polynomial& c = multipliers_.characteristic();
            const std::size_t n = c.size() - 1;
            const Integer a = numerator(multipliers_.scale());
            const Integer b = 2 * denominator(multipliers_.scale());
            flip_polynomial_.resize(n + 1);
            for (std::size_t k = 0; k <= n; ++k) {
                flip_polynomial_[n - k] = c[k] * pow(Integer(-a), static_cast<unsigned>(n - k)) *
                                          pow(b, static_cast<unsigned>(k));
            }
        }
        return flip_polynomial_;
    }

    std::vector<Flip> flips_in(const Stretch& s) {
        const Rational width = relative_width * s.lower;
        if (exact::real_roots(flip_polynomial(), s.lower, s.upper, s.upper - s.lower).empty()) {
            return {};
        }
        if (flip_factors_.empty()) {
            flip_factors_ = exact::square_free_factors(flip_polynomial());
        }
        std::vector<Flip> flips;
        for (std::size_t k = 0; k < flip_factors_.size(); ++k) {
            if (flip_factors_[k].size() < 2) {
                continue;
            }
            for (RealRoot& root : exact::real_roots(flip_factors_[k], s.lower, s.upper, width)) {
                // An end that is a root was counted where the search met it.
                if (exact::compare(root, s.lower) > 0 && exact::compare(root, s.upper) < 0) {
                    flips.push_back({std::move(root), static_cast<Index>(k + 1)});
                }
            }
        }
        sort_by_root(flips, [](Flip& flip) -> RealRoot& { return flip.h; });
        return flips;
    }

    /// Comparing narrows brackets, so a plain sort of values will not do.
    template <class T, class RootOf>
    static void sort_by_root(std::vector<T>& items, const RootOf& root_of) {
        for (std::size_t i = 1; i < items.size(); ++i) {
            for (std::size_t j = i;
                 j > 0 && exact::compare(root_of(items[j]), root_of(items[j - 1])) < 0; --j) {
                std::swap(items[j], items[j - 1]);
            }
        }
    }

    /// Zero where two ν have the sum −h; a polynomial in h.
    Polynomial pair_polynomial() const {
        const Polynomial& c = multipliers_.characteristic();
        const std::size_t n = c.size() - 1;
        Polynomial twice(n + 1);  // roots 2ν
        for (std::size_t k = 0; k <= n; ++k) {
            twice[k] = c[n - k] << static_cast<unsigned>(n - k);
        }
        const auto degree = static_cast<Index>(n * (n - 1) / 2);
        std::vector<Integer> values;
        const Integer first = -(degree / 2);
        for (Index t = 0; t <= degree; ++t) {
            values.push_back(exact::hurwitz_determinant(exact::shifted(twice, -(first + t))));
        }
        Polynomial p = exact::interpolate(std::move(values), first);
        const Integer a = numerator(multipliers_.scale());
        const Integer b = denominator(multipliers_.scale());
        for (std::size_t k = 0; k < p.size(); ++k) {
            p[k] *=
                pow(a, static_cast<unsigned>(k)) * pow(b, static_cast<unsigned>(p.size() - 1 - k));
        }
        return exact::square_free_part(p);
    }

    /// A bracket as narrow as asked for.
    void finish(const Stretch& s) {
        if (s.jump() == 1 || (s.jump() == 2 && s.only_pairs)) {
            const Index pairs = s.jump() / 2;
            const Rational simple = exact::simplest_between(s.lower, s.upper);
            const bool exact = simple > s.lower && simple < s.upper &&
                               denominator(simple) < small_denominator && at(simple).on > 0;
            found_.push_back({exact ? simple : s.lower, exact ? simple : s.upper,
                              s.jump() - 2 * pairs, pairs, true});
            return;
        }
        std::vector<Flip> flips = flips_in(s);
        Index passing = 0;
        for (const Flip& flip : flips) {
            passing += flip.multiplicity;
        }
        const std::optional<std::vector<RealRoot>> places = places_in(s, flips);
        if (!places) {
            found_.push_back({s.lower, s.upper, passing, (s.jump() - passing) / 2, false});
            return;
        }
        std::vector<RealRoot> roots = *places;
        Index outside = s.outside_lower;
        for (std::size_t k = 0; k < roots.size(); ++k) {
            const Index next = k + 1 < roots.size()
                                   ? at(exact::between(roots[k], roots[k + 1])).outside
                                   : s.outside_upper;
            Index here = 0;
            for (Flip& flip : flips) {
                here += exact::compare(flip.h, roots[k]) == 0 ? flip.multiplicity : 0;
            }
            if (next > outside) {
                add(roots[k], here, (next - outside - here) / 2);
            }
            outside = next;
        }
    }

    /// The h of the interval at which something may cross, apart from each other.
    std::optional<std::vector<RealRoot>> places_in(const Stretch& s,
                                                   const std::vector<Flip>& flips) const {
        const auto n = static_cast<Index>(multipliers_.characteristic().size()) - 1;
        if (n * (n - 1) / 2 > affordable_degree) {
            return std::nullopt;
        }
        std::vector<RealRoot> places;
        for (const Flip& flip : flips) {
            places.push_back(flip.h);
        }
        for (RealRoot& root :
             exact::real_roots(pair_polynomial(), s.lower, s.upper, s.upper - s.lower)) {
            if (root.clustered) {
                return std::nullopt;
            }
            if (exact::compare(root, s.lower) > 0 && exact::compare(root, s.upper) < 0) {
                places.push_back(std::move(root));
            }
        }
        sort_by_root(places, [](RealRoot& root) -> RealRoot& { return root; });
        std::vector<RealRoot> distinct;
        for (RealRoot& root : places) {
            if (distinct.empty() || exact::compare(root, distinct.back()) != 0) {
                distinct.push_back(std::move(root));
            }
        }
        return distinct;
    }

    void add(RealRoot root, Index flips, Index pairs) {
        while (!root.is_exact() && !is_within(root.lower, root.upper, relative_width)) {
            exact::narrow(root);
        }
        found_.push_back({root.lower, root.upper, flips, pairs, true});
    }

    /// At an h that the search met by itself.
    void add_exact(const Rational& h, const Count& count) {
        if (count.on == 0) {
            return;
        }
        if (flip_factors_.empty()) {
            flip_factors_ = exact::square_free_factors(flip_polynomial());
        }
        Index flips = 0;
        for (std::size_t k = 0; k < flip_factors_.size(); ++k) {
            if (exact::sign_at(flip_factors_[k], h) == 0) {
                flips = static_cast<Index>(k + 1);
            }
        }
        found_.push_back({h, h, flips, (count.on - flips) / 2, true});
    }

    const FreeMultipliers& multipliers_;
    std::vector<double> guesses_;
    Polynomial flip_polynomial_;
    std::vector<Polynomial> flip_factors_;
    std::vector<StepCrossing> found_;
};

}  // namespace

double StepCrossing::value() const {
    return exact::nearest((lower + upper) / 2);
}

std::vector<StepCrossing> step_crossings(const FreeMultipliers& multipliers, const Rational& from,
                                         const Rational& to) {
    return CrossingSearch(multipliers).all(from, to);
}

StepCrossing first_step_crossing(const FreeMultipliers& multipliers) {
    return CrossingSearch(multipliers).first();
}

}  // namespace resdyn
