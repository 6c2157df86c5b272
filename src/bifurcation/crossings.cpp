#include "crossings.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "equilibria/exact_point.hpp"
#include "equilibria/rounding.hpp"
#include "free_block_enclosure.hpp"
#include "numerics/decompositions.hpp"
#include "path_numbers.hpp"

namespace resdyn {

using exact::Integer;
using exact::IntegerMatrix;
using exact::Polynomial;
using exact::Rational;
using exact::RealRoot;

namespace {

/// Shortest interval that is looked at in doubles, over the branch's length.
constexpr double shortest = 1e-10;
/// Intervals that are halved before the rest is left to exact polynomials: events far smaller than
/// the range would take millions.
constexpr Index most_unclear = 20000;
/// Degree of exact polynomials that are still affordable where doubles give up.
constexpr Index affordable_degree = 120;

class Search {
  public:
    Search(const ParameterPath& path, const FacePath& face, FreeBlockTest test,
           const ParameterRange& range)
        : path_(path), face_(face), test_(test), range_(range), enclosure_(path, face.pattern) {}

    Crossings run(RealRoot& from, RealRoot& to) {
        // Inner ends, in which the pattern exists.
        const double lower = std::nextafter(exact::nearest(from.upper), HUGE_VAL);
        const double upper = std::nextafter(exact::nearest(to.lower), -HUGE_VAL);
        const double first = std::nextafter(exact::nearest(from.lower), -HUGE_VAL);
        const double last = std::nextafter(exact::nearest(to.upper), HUGE_VAL);
        if (!(lower < upper)) {
            result_.decided = judged(first, last) == RootVerdict::NoRoot;
            return std::move(result_);
        }
        length_ = upper - lower;
        const double middle = 0.5 * (lower + upper);
        if (sign(middle) == 0 && sign(0.5 * (lower + middle)) == 0) {
            // Two zeros: of a function that vanishes everywhere, as far as one can guess.
            if (polynomial().empty()) {
                result_.permanent = true;
                return std::move(result_);
            }
        }
        check_strip(from, first, lower);
        search(lower, upper);
        check_strip(to, upper, last);
        return std::move(result_);
    }

  private:
    int sign(double alpha) const { return sign(exact::rational(alpha)); }

    /// Of the test function, exactly, up to one constant sign.
    int sign(const Rational& alpha) const {
        const auto point =
            exact_point(scaled_weights(path_, alpha), path_.activation, face_.pattern);
        if (!point) {
            return 0;
        }
        const IntegerMatrix& M = point->block;
        if (test_ == FreeBlockTest::OppositePair) {
            return exact::hurwitz_determinant(exact::characteristic_polynomial(M)).sign();
        }
        const Rational scale = scaled_step(path_, alpha) * point->block_scale;
        if (test_ == FreeBlockTest::ReciprocalPair) {
            return exact::hurwitz_determinant(
                       disc_to_half_plane(exact::characteristic_polynomial(M), scale))
                .sign();
        }
        IntegerMatrix flip = M;
        for (Index i = 0; i < M.rows(); ++i) {
            for (Index j = 0; j < M.cols(); ++j) {
                flip(i, j) *= numerator(scale);
            }
            flip(i, i) += 2 * denominator(scale);
        }
        return exact::adjugate(flip).determinant.sign();
    }

    /// What is proved on [lower, upper].
    RootVerdict judged(double lower, double upper) const {
        const double middle = 0.5 * (lower + upper);
        const double radius = std::max(upper - middle, middle - lower) * bound_slack;
        const auto B = enclosure_.tested(test_, middle, radius);
        return B ? judge(*B, radius) : RootVerdict::Unclear;
    }

    /// No root is hidden between an end of the branch, known to its bracket, and where the search
    /// begins. An end that is a root itself is no crossing of this branch.
    void check_strip(const RealRoot& end, double first, double last) {
        const RootVerdict verdict = judged(first, last);
        const bool at_the_end = verdict == RootVerdict::AtMostOne && end.is_exact() &&
                                has_point(end.lower) && sign(end.lower) == 0;
        result_.decided = result_.decided && (verdict == RootVerdict::NoRoot || at_the_end ||
                                              holds_no_other_root(end, first, last));
    }

    /// Proved with the exact polynomial, for roots that touch zero at the end itself.
    bool holds_no_other_root(const RealRoot& end, double first, double last) {
        if (!is_affordable() || polynomial().empty()) {
            return false;
        }
        const std::vector<RealRoot> roots = exact::real_roots(polynomial(), exact::rational(first),
                                                              exact::rational(last), range_.width);
        return std::all_of(roots.begin(), roots.end(), [&](const RealRoot& root) {
            return root.is_exact() && end.is_exact() && root.lower == end.lower;
        });
    }

    bool is_affordable() const {
        const Index k = static_cast<Index>(face_.above_low.size());
        return k * (k - 1) * (2 * k + 1) <= affordable_degree;
    }

    const Polynomial& polynomial() {
        if (!polynomial_) {
            polynomial_ = free_block_test(path_, face_, test_);
        }
        return *polynomial_;
    }

    bool has_point(const Rational& alpha) const {
        return exact_point(scaled_weights(path_, alpha), path_.activation, face_.pattern)
            .has_value();
    }

    void search(double lower, double upper) {
        const double middle = 0.5 * (lower + upper);
        const RootVerdict verdict = judged(lower, upper);
        if (verdict == RootVerdict::NoRoot) {
            return;
        }
        if (verdict == RootVerdict::AtMostOne) {
            bracket(exact::rational(lower), exact::rational(upper));
            return;
        }
        if (upper - lower < shortest * length_ || ++unclear_ > most_unclear ||
            !(lower < middle && middle < upper)) {
            exactly(exact::rational(lower), exact::rational(upper));
            return;
        }
        search(lower, middle);
        search(middle, upper);
    }

    /// At most one root in [lower, upper].
    void bracket(Rational lower, Rational upper) {
        const int left = sign(lower);
        const int right = sign(upper);
        if (left == 0 || right == 0) {
            add_exact(left == 0 ? lower : upper);
            return;
        }
        if (left == right) {
            return;
        }
        guess(lower, upper, left);
        const auto halve_until = [&](const auto& is_narrow) {
            while (!is_narrow()) {
                Rational middle = (lower + upper) / 2;
                const int s = sign(middle);
                if (s == 0) {
                    add_exact(middle);
                    return false;
                }
                (s == left ? lower : upper) = std::move(middle);
            }
            return true;
        };
        if (!halve_until([&] { return upper - lower <= range_.width; })) {
            return;
        }
        const Rational candidate =
            exact::simple_between(lower - range_.width, upper + range_.width);
        constexpr long small_denominator = 1L << 16;
        if (denominator(candidate) < small_denominator && candidate > lower && candidate < upper &&
            sign(candidate) == 0) {
            add_exact(candidate);
            return;
        }
        if (!halve_until([&] { return range_.is_narrow(lower, upper); })) {
            return;
        }
        result_.roots.push_back({lower, upper, {}, left, true});
    }

    /// Narrows the bracket by exact signs beside the root as doubles see it.
    void guess(Rational& lower, Rational& upper, int left) const {
        double a = exact::nearest(lower);
        double b = exact::nearest(upper);
        const auto sign_in_doubles = [&](double alpha) {
            const Matrix B = tested_at(alpha);
            return B.size() == 0 ? 0.0 : Lu(B).determinant();
        };
        const bool rising = sign_in_doubles(b) > 0;
        for (int step = 0; step < 60 && a < b; ++step) {
            const double middle = 0.5 * (a + b);
            (rising == (sign_in_doubles(middle) > 0) ? b : a) = middle;
        }
        const Rational root = exact::rational(0.5 * (a + b));
        Rational half = std::min<Rational>(range_.width, range_.relative * abs(root)) / 3;
        for (int attempt = 0; attempt < 8; ++attempt, half *= 64) {
            const Rational below = root - half;
            const Rational above = root + half;
            if (below <= lower || above >= upper) {
                return;
            }
            const int s = sign(below);
            const int t = sign(above);
            if (s == left && t == -left) {
                lower = below;
                upper = above;
                return;
            }
        }
    }

    /// The matrix of the test at α in doubles; empty if W_FF is singular there.
    Matrix tested_at(double alpha) const {
        const auto B = enclosure_.tested(test_, alpha, 0.0);
        return B ? B->value : Matrix();
    }

    void add_exact(const Rational& alpha) {
        if (result_.roots.empty() || result_.roots.back().lower != alpha) {
            result_.roots.push_back(
                {alpha, alpha, {Integer(-numerator(alpha)), denominator(alpha)}, 0, false});
        }
    }

    void exactly(const Rational& lower, const Rational& upper) {
        if (!is_affordable()) {
            result_.decided = false;
            return;
        }
        if (polynomial().empty()) {
            result_.permanent = true;
            return;
        }
        for (RealRoot& root : exact::real_roots(polynomial(), lower, upper, range_.width)) {
            result_.decided = result_.decided && !root.clustered;
            if (root.is_exact()) {
                add_exact(root.lower);
            } else {
                result_.roots.push_back(std::move(root));
            }
        }
    }

    const ParameterPath& path_;
    const FacePath& face_;
    FreeBlockTest test_;
    const ParameterRange& range_;
    FreeBlockEnclosure enclosure_;
    double length_ = 0.0;
    Index unclear_ = 0;  // intervals that were halved so far
    std::optional<Polynomial> polynomial_;
    Crossings result_;
};

}  // namespace

Crossings free_block_crossings(const ParameterPath& path, const FacePath& face, FreeBlockTest test,
                               RealRoot& from, RealRoot& to, const ParameterRange& range) {
    return Search(path, face, test, range).run(from, to);
}

}  // namespace resdyn
