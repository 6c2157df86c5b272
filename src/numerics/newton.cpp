#include <resdyn/numerics/newton.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "decompositions.hpp"

namespace resdyn {

namespace {

constexpr double least_descent = 1e-4;  // share of the predicted decrease that a step must bring

void validate(const char* where, const VectorField& field, const Vector& x0,
              const NewtonOptions& o) {
    if (x0.size() != field.dimension()) {
        reject_argument(where, fmt::format("x0 of size {}", field.dimension()),
                        fmt::format("{}", x0.size()));
    }
    require(where, o.residual_tol > 0, "residual_tol > 0", o.residual_tol);
    require(where, o.gradient_tol > 0, "gradient_tol > 0", o.gradient_tol);
    require(where, o.max_iterations >= 1, "max_iterations >= 1",
            static_cast<double>(o.max_iterations));
    require(where, o.min_damping > 0 && o.min_damping <= 1, "0 < min_damping <= 1", o.min_damping);
}

void validate(const Deflation& deflation, Index n) {
    if (!(deflation.power > 0 && deflation.shift > 0)) {
        reject_argument("newton", "deflation with power > 0 and shift > 0",
                        fmt::format("{} and {}", deflation.power, deflation.shift));
    }
    for (const Vector& root : deflation.roots) {
        if (root.size() != n) {
            reject_argument("newton", fmt::format("deflated roots of size {}", n),
                            fmt::format("{}", root.size()));
        }
    }
}

double size_of(const Vector& f) {
    return f.size() > 0 ? f.lpNorm<Eigen::Infinity>() : 0.0;
}

double row_sum_norm(const Matrix& M) {
    return M.cwiseAbs().rowwise().sum().maxCoeff();
}

/// Ends an iteration: where it stands and why.
NewtonResult& finished(NewtonResult& result, NewtonStatus status, const Vector& f) {
    result.status = status;
    result.residual = size_of(f);
    return result;
}

}  // namespace

std::string_view to_string(NewtonStatus status) {
    switch (status) {
        case NewtonStatus::Converged:
            return "converged";
        case NewtonStatus::NoDescent:
            return "no_descent";
        case NewtonStatus::IterationLimit:
            return "iteration_limit";
        case NewtonStatus::NonFinite:
            return "non_finite";
    }
    return "unknown";
}

double Deflation::log_factor(const Vector& x) const {
    double sum = 0.0;
    for (const Vector& root : roots) {
        sum += std::log(std::pow((x - root).norm(), -power) + shift);
    }
    return sum;
}

Vector Deflation::log_gradient(const Vector& x) const {
    // ∇ log(d^{−p} + σ) = −p (x − r) / (d² (1 + σ d^p)), d = ‖x − r‖.
    Vector sum = Vector::Zero(x.size());
    for (const Vector& root : roots) {
        const Vector away = x - root;
        const double d = away.norm();
        sum -= away * (power / (d * d * (1.0 + shift * std::pow(d, power))));
    }
    return sum;
}

NewtonResult newton(const VectorField& field, const Vector& x0, const NewtonOptions& options,
                    const Deflation& deflation) {
    validate("newton", field, x0, options);
    validate(deflation, x0.size());
    NewtonResult result;
    result.x = x0;
    Vector f = field.value(result.x);
    result.residuals.push_back(size_of(f));
    while (true) {
        if (!f.allFinite()) {
            return finished(result, NewtonStatus::NonFinite, f);
        }
        if (size_of(f) <= options.residual_tol) {
            return finished(result, NewtonStatus::Converged, f);
        }
        if (result.iterations == options.max_iterations) {
            return finished(result, NewtonStatus::IterationLimit, f);
        }
        const Matrix J = field.jacobian(result.x);
        if (!J.allFinite()) {
            return finished(result, NewtonStatus::NonFinite, f);
        }
        Vector step = least_norm_solution(J, -f);
        if (!deflation.roots.empty()) {
            const double slope = deflation.log_gradient(result.x).dot(step);
            step /= 1.0 - slope;
        }
        if (!step.allFinite()) {
            return finished(result, NewtonStatus::NonFinite, f);
        }
        // ‖M f‖ as a logarithm: the product of many factors overflows.
        const double before = std::log(f.norm()) + deflation.log_factor(result.x);
        double damping = 1.0;
        Vector next;
        Vector f_next;
        bool descends = false;
        for (; !descends && damping >= options.min_damping; damping *= 0.5) {
            next = result.x + damping * step;
            f_next = field.value(next);
            descends = f_next.allFinite() && std::log(f_next.norm()) + deflation.log_factor(next) <=
                                                 before + std::log1p(-least_descent * damping);
        }
        if (!descends) {
            return finished(result, NewtonStatus::NoDescent, f);
        }
        result.x = std::move(next);
        f = std::move(f_next);
        ++result.iterations;
        result.residuals.push_back(size_of(f));
    }
}

NewtonResult slowest_point(const VectorField& field, const Vector& x0,
                           const NewtonOptions& options) {
    validate("slowest_point", field, x0, options);
    NewtonResult result;
    result.x = x0;
    Vector f = field.value(result.x);
    result.residuals.push_back(size_of(f));
    double damping = 1e-3;  // λ of Levenberg and Marquardt, in units of `scale`
    constexpr double largest_damping = 1e12;
    while (true) {
        const Matrix J = field.jacobian(result.x);
        if (!f.allFinite() || !J.allFinite()) {
            return finished(result, NewtonStatus::NonFinite, f);
        }
        const Vector gradient = J.transpose() * f;
        if (size_of(gradient) <= options.gradient_tol || size_of(f) <= options.residual_tol) {
            return finished(result, NewtonStatus::Converged, f);
        }
        if (result.iterations == options.max_iterations) {
            return finished(result, NewtonStatus::IterationLimit, f);
        }
        // Beside ‖J‖² the size of the term f·f″ that Gauss and Newton leave out: it rules at a
        // ghost.
        const double scale = J.squaredNorm() + f.norm();
        bool descends = false;
        while (!descends && damping <= largest_damping) {
            Matrix A = J.transpose() * J;
            A.diagonal().array() += damping * scale;
            const Vector step = least_norm_solution(A, gradient);
            const Vector next = result.x - step;
            const Vector f_next = field.value(next);
            // A tenth of the linear decrease of ‖f‖²: a step that only changes sides is none.
            descends = f_next.allFinite() && f_next.squaredNorm() < f.squaredNorm() &&
                       f_next.squaredNorm() <= f.squaredNorm() - 0.1 * gradient.dot(step);
            if (descends) {
                result.x = next;
                f = f_next;
                damping = std::max(damping / 10.0, 1e-15);
            } else {
                damping *= 10.0;
            }
        }
        if (!descends) {
            return finished(result, NewtonStatus::NoDescent, f);
        }
        ++result.iterations;
        result.residuals.push_back(size_of(f));
    }
}

RootProof prove_root(const VectorField& field, const Vector& x, const FieldBounds& bounds) {
    if (!(bounds.jacobian_lipschitz >= 0 && bounds.reach > 0 && bounds.value_error >= 0 &&
          bounds.jacobian_error >= 0)) {
        reject_argument("prove_root", "bounds >= 0 and reach > 0", "another value");
    }
    RootProof proof;
    const Index n = field.dimension();
    const Vector f = field.value(x);
    const Matrix J = field.jacobian(x);
    const Lu lu(J);
    const Matrix A = lu.inverse();
    if (!f.allFinite() || !A.allFinite()) {
        return proof;
    }
    // Every computed norm is enlarged by its own rounding, n + 2 operations deep.
    const double rounding =
        4.0 * static_cast<double>(n + 2) * std::numeric_limits<double>::epsilon();
    const double A_norm = row_sum_norm(A) * (1 + rounding);
    const double J_norm = row_sum_norm(J) * (1 + rounding);
    const double defect = row_sum_norm(Matrix::Identity(n, n) - A * J) +
                          rounding * (1 + A_norm * J_norm) + A_norm * bounds.jacobian_error;
    if (!(defect < 0.5)) {
        return proof;
    }
    const double beta = A_norm / (1 - defect) * (1 + rounding);
    const double eta = (size_of(A * f) + A_norm * (rounding * size_of(f) + bounds.value_error)) /
                       (1 - defect) * (1 + rounding);
    const double K = bounds.jacobian_lipschitz;
    const double h = beta * K * eta * (1 + rounding);
    if (!(h <= 0.5)) {
        return proof;
    }
    // The smaller root of ½βK r² − r + η = 0, without cancellation.
    const double root = std::sqrt(1 - 2 * h);
    const double radius = 2 * eta / (1 + root) * (1 + rounding);
    const double unique =
        K > 0 ? (1 + root) / (beta * K) * (1 - rounding) : std::numeric_limits<double>::infinity();
    if (radius <= bounds.reach) {
        proof = {true, radius, std::min(unique, bounds.reach)};
    }
    return proof;
}

}  // namespace resdyn
