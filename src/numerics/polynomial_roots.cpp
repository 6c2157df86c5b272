#include "polynomial_roots.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_bin_float.hpp>
#include <cmath>
#include <numbers>

namespace resdyn::exact {

namespace {

namespace mp = boost::multiprecision;
using Float = mp::number<mp::cpp_bin_float<512, mp::digit_base_2>, mp::et_off>;

constexpr int max_rounds = 400;
/// Relative corrections, and imaginary parts, below 2^that are nothing.
constexpr int resolution = -200;

/// std::complex is for the built-in floating-point types only.
struct Complex512 {
    Float re;
    Float im;
};

Complex512 operator+(const Complex512& a, const Complex512& b) {
    return {a.re + b.re, a.im + b.im};
}
Complex512 operator-(const Complex512& a, const Complex512& b) {
    return {a.re - b.re, a.im - b.im};
}
Complex512 operator*(const Complex512& a, const Complex512& b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
Float squared_modulus(const Complex512& a) {
    return a.re * a.re + a.im * a.im;
}
Complex512 operator/(const Complex512& a, const Complex512& b) {
    const Float size = squared_modulus(b);
    return {(a.re * b.re + a.im * b.im) / size, (a.im * b.re - a.re * b.im) / size};
}

double binary_logarithm(const Integer& a) {
    const Integer size = abs(a);
    const int dropped = std::max(0, static_cast<int>(msb(size)) - 60);
    return std::log2(static_cast<double>(Integer(size >> dropped))) + dropped;
}

/// Moduli on the slopes of the upper hull of log|c_k|, angles spread.
std::vector<Complex512> first_guesses(const Polynomial& p) {
    std::vector<std::size_t> hull;
    const auto height = [&](std::size_t k) { return binary_logarithm(p[k]); };
    const auto slope = [&](std::size_t a, std::size_t b) {
        return (height(b) - height(a)) / static_cast<double>(b - a);
    };
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (p[k] == 0) {
            continue;
        }
        while (hull.size() > 1 &&
               slope(hull[hull.size() - 2], hull.back()) <= slope(hull.back(), k)) {
            hull.pop_back();
        }
        hull.push_back(k);
    }
    std::vector<Complex512> roots;
    for (std::size_t s = 0; s + 1 < hull.size(); ++s) {
        const std::size_t count = hull[s + 1] - hull[s];
        const double logarithm = -slope(hull[s], hull[s + 1]);
        const double whole = std::floor(logarithm);
        const Float modulus =
            mp::ldexp(Float(std::exp2(logarithm - whole)), static_cast<int>(whole));
        for (std::size_t k = 0; k < count; ++k) {
            constexpr double turn = 0.7;  // away from symmetric starts
            const double angle =
                turn + static_cast<double>(s) +
                2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(count);
            roots.push_back({modulus * Float(std::cos(angle)), modulus * Float(std::sin(angle))});
        }
    }
    return roots;
}

struct Values {
    Complex512 p;
    Complex512 slope;
};

Values evaluated(const std::vector<Float>& coefficients, const Complex512& z) {
    Values values{{0, 0}, {0, 0}};
    for (std::size_t k = coefficients.size(); k-- > 0;) {
        values.slope = values.slope * z + values.p;
        values.p = values.p * z + Complex512{coefficients[k], 0};
    }
    return values;
}

/// Roots of p, all simple; p(0) may be 0 (then one root is).
std::vector<Complex512> simple_roots(Polynomial p, double& largest_error) {
    std::vector<Complex512> zero;
    if (p.front() == 0) {
        p.erase(p.begin());
        zero.push_back({0, 0});
    }
    std::vector<Float> coefficients;
    for (const Integer& c : p) {
        coefficients.emplace_back(c);
    }
    std::vector<Complex512> roots = first_guesses(p);
    const Float small = mp::ldexp(Float(1), 2 * resolution);
    bool moved = true;
    for (int round = 0; round < max_rounds && moved; ++round) {
        moved = false;
        for (std::size_t i = 0; i < roots.size(); ++i) {
            const Values at = evaluated(coefficients, roots[i]);
            if (squared_modulus(at.p) == 0) {
                continue;
            }
            Complex512 repulsion{0, 0};
            for (std::size_t j = 0; j < roots.size(); ++j) {
                if (j != i) {
                    repulsion = repulsion + Complex512{1, 0} / (roots[i] - roots[j]);
                }
            }
            const Complex512 step = at.p / (at.slope - at.p * repulsion);
            roots[i] = roots[i] - step;
            moved = moved || squared_modulus(step) > small * squared_modulus(roots[i]);
        }
    }
    for (const Complex512& root : roots) {
        const Values at = evaluated(coefficients, root);
        const Float distance = squared_modulus(at.p) / squared_modulus(at.slope);
        const auto degree = static_cast<double>(roots.size());
        largest_error =
            std::max(largest_error,
                     degree * static_cast<double>(sqrt(Float(distance / squared_modulus(root)))));
    }
    roots.insert(roots.end(), zero.begin(), zero.end());
    return roots;
}

}  // namespace

PolynomialRoots polynomial_roots(const Polynomial& p, const Rational& scale) {
    PolynomialRoots result;
    const Float factor = Float(numerator(scale)) / Float(denominator(scale));
    const std::vector<Polynomial> factors = square_free_factors(p);
    const Float nothing = mp::ldexp(Float(1), resolution);
    for (std::size_t k = 0; k < factors.size(); ++k) {
        if (factors[k].size() < 2) {
            continue;
        }
        for (const Complex512& root : simple_roots(factors[k], result.largest_error)) {
            const Float size = sqrt(squared_modulus(root));
            const bool is_real = abs(root.im) <= nothing * size;
            const bool is_imaginary = abs(root.re) <= nothing * size;
            result.values.insert(result.values.end(), k + 1,
                                 {is_imaginary ? 0.0 : static_cast<double>(Float(root.re * factor)),
                                  is_real ? 0.0 : static_cast<double>(Float(root.im * factor))});
        }
    }
    return result;
}

}  // namespace resdyn::exact
