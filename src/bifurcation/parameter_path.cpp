#include <resdyn/bifurcation/parameter_path.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>

#include "equilibria/exact_weights.hpp"
#include "numerics/exact_roots.hpp"
#include "path_numbers.hpp"

namespace resdyn {

using exact::BinaryMatrix;
using exact::Integer;
using exact::IntegerMatrix;
using exact::Rational;

namespace {

/// Both over the smaller power of two.
void align(BinaryMatrix& a, BinaryMatrix& b) {
    const auto lower = [](BinaryMatrix& m, int exponent) {
        for (Index i = 0; i < m.entries.rows(); ++i) {
            for (Index j = 0; j < m.entries.cols(); ++j) {
                m.entries(i, j) <<= static_cast<unsigned>(m.exponent - exponent);
            }
        }
        m.exponent = exponent;
    };
    const int exponent = std::min(a.exponent, b.exponent);
    lower(a, exponent);
    lower(b, exponent);
}

void multiply(BinaryMatrix& m, const Integer& factor) {
    for (Index i = 0; i < m.entries.rows(); ++i) {
        for (Index j = 0; j < m.entries.cols(); ++j) {
            m.entries(i, j) *= factor;
        }
    }
}

/// value · I.
BinaryMatrix diagonal(Index n, const Integer& value) {
    BinaryMatrix m = exact::binary_matrix(Matrix::Identity(n, n));
    multiply(m, value);
    return m;
}

/// `base` and `slope` are d times W0 and W1, d of `whole`, whose activation and step these are.
ParameterPath path_of(std::string name, const WholeSystem& whole, const Integer& divisor,
                      BinaryMatrix base, BinaryMatrix slope) {
    require_bounded("bifurcations", whole.system.activation());
    align(base, slope);
    const Index n = base.entries.rows();
    const auto numbers = std::make_shared<const ParameterPath::Numbers>(ParameterPath::Numbers{
        std::move(base.entries), std::move(slope.entries), base.exponent, divisor});
    ParameterPath path{std::move(name), whole.system.activation(), whole.step, numbers};
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            if (numbers->slope(i, j) != 0) {
                return path;
            }
        }
    }
    reject_argument("path " + path.name, "weights that change along it",
                    "the same for every alpha");
}

}  // namespace

Index ParameterPath::dimension() const {
    return numbers->base.rows();
}

Matrix ParameterPath::W(double alpha) const {
    return weights_at(*this, exact::rational(alpha));
}

Matrix ParameterPath::rate() const {
    Matrix W1(dimension(), dimension());
    for (Index i = 0; i < W1.rows(); ++i) {
        for (Index j = 0; j < W1.cols(); ++j) {
            W1(i, j) =
                exact::nearest_quotient(numbers->slope(i, j), numbers->divisor, numbers->exponent);
        }
    }
    return W1;
}

ResidualSystem ParameterPath::system_at(double alpha) const {
    return ResidualSystem(W(alpha), activation, step);
}

Matrix weights_at(const ParameterPath& path, const Rational& alpha) {
    const BinaryMatrix weights = scaled_weights(path, alpha);
    const Integer q = denominator(alpha) * path.numbers->divisor;
    Matrix W(path.dimension(), path.dimension());
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            W(i, j) = exact::nearest_quotient(weights.entries(i, j), q, weights.exponent);
        }
    }
    return W;
}

exact::Polynomial path_entry(const ParameterPath& path, Index i, Index j) {
    exact::Polynomial p{path.numbers->base(i, j), path.numbers->slope(i, j)};
    while (!p.empty() && p.back() == 0) {
        p.pop_back();
    }
    return p;
}

BinaryMatrix scaled_weights(const ParameterPath& path, const Rational& alpha) {
    const ParameterPath::Numbers& numbers = *path.numbers;
    const Integer p = numerator(alpha);
    const Integer q = denominator(alpha);
    const Index n = path.dimension();
    BinaryMatrix weights{IntegerMatrix(n, n), numbers.exponent};
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            weights.entries(i, j) = q * numbers.base(i, j) + p * numbers.slope(i, j);
        }
    }
    return weights;
}

Rational scaled_step(const ParameterPath& path, const Rational& alpha) {
    return exact::rational(path.step) /
           Rational(Integer(denominator(alpha) * path.numbers->divisor));
}

ParameterPath self_coupling_path(const ResidualSystem& system) {
    return self_coupling_path(as_stored(system));
}

ParameterPath self_coupling_path(const WholeSystem& whole) {
    const Integer d(whole.denominator);
    return path_of("self-coupling", whole, d, exact_weights(whole.system),
                   diagonal(whole.system.dimension(), -d));
}

ParameterPath symmetry_path(const ResidualSystem& system) {
    return symmetry_path(as_stored(system));
}

ParameterPath symmetry_path(const WholeSystem& whole) {
    const BinaryMatrix W = exact_weights(whole.system);
    const Index n = whole.system.dimension();
    BinaryMatrix half{IntegerMatrix(n, n), W.exponent - 1};
    BinaryMatrix transposed{IntegerMatrix(n, n), W.exponent};
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            half.entries(i, j) = W.entries(i, j) - W.entries(j, i);
            transposed.entries(i, j) = W.entries(j, i);
        }
    }
    return path_of("symmetry", whole, Integer(whole.denominator), std::move(half),
                   std::move(transposed));
}

ParameterPath path_between(const ResidualSystem& a, const ResidualSystem& b) {
    return path_between(as_stored(a), as_stored(b));
}

ParameterPath path_between(const WholeSystem& a, const WholeSystem& b) {
    if (a.system.dimension() != b.system.dimension()) {
        reject_argument("path between",
                        fmt::format("two ends of one size, {0}x{0}", a.system.dimension()),
                        fmt::format("{0}x{0} at the other end", b.system.dimension()));
    }
    if (a.system.activation() != b.system.activation() || a.step != b.step) {
        reject_argument("path between",
                        fmt::format("two ends of one activation and step ({}, {})",
                                    to_string(a.system.activation()), a.step),
                        fmt::format("{}, {}", to_string(b.system.activation()), b.step));
    }
    BinaryMatrix from = exact_weights(a.system);
    BinaryMatrix to = exact_weights(b.system);
    const Integer d_a(a.denominator);
    const Integer d_b(b.denominator);
    multiply(from, d_b);
    multiply(to, d_a);
    align(from, to);
    for (Index i = 0; i < a.system.dimension(); ++i) {
        for (Index j = 0; j < a.system.dimension(); ++j) {
            to.entries(i, j) -= from.entries(i, j);
        }
    }
    return path_of("between", a, d_a * d_b, std::move(from), std::move(to));
}

ParameterPath coupling_path(const ResidualSystem& system, Index i, Index j) {
    return coupling_path(as_stored(system), i, j);
}

ParameterPath coupling_path(const WholeSystem& whole, Index i, Index j) {
    const Index n = whole.system.dimension();
    if (i < 0 || i >= n || j < 0 || j >= n) {
        reject_argument("path coupling", fmt::format("two units of 0 … {}", n - 1),
                        fmt::format("{} and {}", i, j));
    }
    BinaryMatrix base = exact_weights(whole.system);
    base.entries(i, j) = 0;
    Matrix unit = Matrix::Zero(n, n);
    unit(i, j) = 1.0;
    BinaryMatrix slope = exact::binary_matrix(unit);
    const Integer d(whole.denominator);
    multiply(slope, d);
    return path_of(fmt::format("coupling {} {}", i, j), whole, d, std::move(base),
                   std::move(slope));
}

}  // namespace resdyn
