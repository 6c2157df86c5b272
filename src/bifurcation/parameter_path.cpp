#include <resdyn/bifurcation/parameter_path.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/numerics/exact_roots.hpp>

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

ParameterPath path_of(std::string name, const ResidualSystem& system, BinaryMatrix base,
                      BinaryMatrix slope) {
    if (!is_bounded(system.activation())) {
        reject_argument("bifurcations", "a bounded activation (logistic or tanh)",
                        to_string(system.activation()));
    }
    align(base, slope);
    ParameterPath path{std::move(name),         system.activation(),      system.step(),
                       std::move(base.entries), std::move(slope.entries), base.exponent};
    for (Index i = 0; i < path.dimension(); ++i) {
        for (Index j = 0; j < path.dimension(); ++j) {
            if (path.slope(i, j) != 0) {
                return path;
            }
        }
    }
    reject_argument("path " + path.name, "weights that change along it",
                    "the same for every alpha");
}

}  // namespace

Matrix ParameterPath::W(const Rational& alpha) const {
    const BinaryMatrix weights = scaled_weights(alpha);
    const Integer q = denominator(alpha);
    Matrix W(dimension(), dimension());
    for (Index i = 0; i < W.rows(); ++i) {
        for (Index j = 0; j < W.cols(); ++j) {
            W(i, j) = exact::nearest_quotient(weights.entries(i, j), q, exponent);
        }
    }
    return W;
}

ResidualSystem ParameterPath::system_at(double alpha) const {
    return ResidualSystem(W(exact::rational(alpha)), activation, step);
}

exact::Polynomial ParameterPath::entry(Index i, Index j) const {
    exact::Polynomial p{base(i, j), slope(i, j)};
    while (!p.empty() && p.back() == 0) {
        p.pop_back();
    }
    return p;
}

BinaryMatrix ParameterPath::scaled_weights(const Rational& alpha) const {
    const Integer p = numerator(alpha);
    const Integer q = denominator(alpha);
    BinaryMatrix weights{IntegerMatrix(dimension(), dimension()), exponent};
    for (Index i = 0; i < dimension(); ++i) {
        for (Index j = 0; j < dimension(); ++j) {
            weights.entries(i, j) = q * base(i, j) + p * slope(i, j);
        }
    }
    return weights;
}

ParameterPath self_coupling_path(const ResidualSystem& system) {
    const Index n = system.dimension();
    return path_of("self-coupling", system, exact_weights(system),
                   exact::binary_matrix(-Matrix::Identity(n, n)));
}

ParameterPath symmetry_path(const ResidualSystem& system) {
    const Matrix W = FaceSolver(system).nearest_weights();
    return path_of("symmetry", system, exact::binary_matrix(0.5 * (W - W.transpose())),
                   exact::binary_matrix(W.transpose()));
}

ParameterPath path_between(const ResidualSystem& a, const ResidualSystem& b) {
    if (a.dimension() != b.dimension()) {
        reject_argument("path between", fmt::format("two ends of one size, {0}x{0}", a.dimension()),
                        fmt::format("{0}x{0} at the other end", b.dimension()));
    }
    if (a.activation() != b.activation() || a.step() != b.step()) {
        reject_argument("path between",
                        fmt::format("two ends of one activation and step ({}, {})",
                                    to_string(a.activation()), a.step()),
                        fmt::format("{}, {}", to_string(b.activation()), b.step()));
    }
    BinaryMatrix from = exact_weights(a);
    BinaryMatrix to = exact_weights(b);
    align(from, to);
    for (Index i = 0; i < a.dimension(); ++i) {
        for (Index j = 0; j < a.dimension(); ++j) {
            to.entries(i, j) -= from.entries(i, j);
        }
    }
    return path_of("between", a, std::move(from), std::move(to));
}

ParameterPath coupling_path(const ResidualSystem& system, Index i, Index j) {
    const Index n = system.dimension();
    if (i < 0 || i >= n || j < 0 || j >= n) {
        reject_argument("path coupling", fmt::format("two units of 0 … {}", n - 1),
                        fmt::format("{} and {}", i, j));
    }
    BinaryMatrix base = exact_weights(system);
    base.entries(i, j) = 0;
    Matrix unit = Matrix::Zero(n, n);
    unit(i, j) = 1.0;
    return path_of(fmt::format("coupling {} {}", i + 1, j + 1), system, std::move(base),
                   exact::binary_matrix(unit));
}

}  // namespace resdyn
