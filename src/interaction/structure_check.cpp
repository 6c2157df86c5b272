#include <resdyn/interaction/structure_check.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/numerics/integrate.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double safety = 10.0;      ///< on the integrator's estimate of its own error.
constexpr double flow_growth = 5.0;  ///< exponent up to which order is followed in the flow.
constexpr double map_growth = 12.0;  ///< the same for the map.

/// States of one run with the error that each step may have made, componentwise.
struct Run {
    std::vector<double> t;
    Matrix u;      ///< N×samples.
    Matrix error;  ///< N×samples; column k: of the step that led to sample k.
};

/// Two copies of u' = σ W f(u), σ = ±1, advanced with common steps, so that order is that of one
/// numerical map.
class PairFlow final : public VectorField {
  public:
    PairFlow(const ResidualSystem& system, double direction)
        : system_(system), direction_(direction) {}
    Index dimension() const override { return 2 * system_.dimension(); }
    Vector value(const Vector& x) const override {
        const Index n = system_.dimension();
        Vector v(2 * n);
        v << direction_ * system_.preactivation_velocity(x.head(n)),
            direction_ * system_.preactivation_velocity(x.tail(n));
        return v;
    }
    Matrix jacobian(const Vector& x) const override {
        const Index n = system_.dimension();
        Matrix J = Matrix::Zero(2 * n, 2 * n);
        J.topLeftCorner(n, n) = direction_ * system_.preactivation_jacobian(x.head(n));
        J.bottomRightCorner(n, n) = direction_ * system_.preactivation_jacobian(x.tail(n));
        return J;
    }

  private:
    const ResidualSystem& system_;
    double direction_;
};

class Checker {
  public:
    Checker(const ResidualSystem& system, const StructureReport& report,
            const CheckOptions& options)
        : system_(system), report_(report), options_(options) {
        const double rate =
            system.W().cwiseAbs().rowwise().sum().maxCoeff() * max_slope(system.activation());
        rate_ = rate > 0 ? rate : 1.0;
    }

    std::vector<StructureCheck> run() {
        std::vector<StructureCheck> checks;
        const auto add = [&](const StructureVerdict& verdict, const char* law, bool map,
                             bool claimed, const auto& measure) {
            StructureCheck check{
                .law = law, .verdict = verdict.name, .map = map, .claimed = claimed};
            measure(check);
            checks.push_back(std::move(check));
        };
        const auto claimed_of_map = [](const StructureVerdict& verdict) {
            return verdict.network_holds.value_or(false);
        };
        const StructureVerdict& gradient = report_[Structure::GradientLike];
        const StructureVerdict& conservative = report_[Structure::Conservative];
        const StructureVerdict& dissipative = report_[Structure::Dissipative];
        const StructureVerdict& rank = report_[Structure::RankDeficient];
        for (const bool map : {false, true}) {
            if (gradient.holds()) {
                add(gradient, "V falls", map, !map || claimed_of_map(gradient),
                    [&](StructureCheck& c) { interaction_energy_falls(c); });
            }
            if (conservative.holds()) {
                add(conservative, "E is constant", map, !map || claimed_of_map(conservative),
                    [&](StructureCheck& c) {
                        potential_energy_law(c, report_.conservative.p, true);
                    });
            }
            if (dissipative.holds()) {
                const bool own = map && claimed_of_map(dissipative);
                add(dissipative, "E falls", map, !map || own, [&](StructureCheck& c) {
                    potential_energy_law(
                        c, own ? report_.network_dissipative.p : report_.dissipative.p, false);
                });
            }
            if (rank.holds() && report_.null_vectors.cols() > 0) {
                add(rank, "l.u is constant", map, true,
                    [&](StructureCheck& c) { linear_invariants_stand(c); });
            }
            const auto order = [&](Structure which, const std::vector<int>& camps) {
                if (report_[which].holds()) {
                    add(report_[which], "order is kept", map,
                        !map || claimed_of_map(report_[which]),
                        [&](StructureCheck& c) { order_is_kept(c, camps, 1.0); });
                }
            };
            const std::vector<int> one_camp(static_cast<std::size_t>(system_.dimension()), 1);
            order(Structure::Cooperative, one_camp);
            // One camp of all is the cooperative order again.
            if (!report_[Structure::Cooperative].holds()) {
                order(Structure::Balanced, report_.camps);
            }
            if (!map && report_[Structure::Competitive].holds()) {
                add(report_[Structure::Competitive], "order is kept backwards", false, true,
                    [&](StructureCheck& c) { order_is_kept(c, one_camp, -1.0); });
            }
        }
        return checks;
    }

  private:
    Vector start(Index k) const {
        Random random(options_.seed, static_cast<std::uint64_t>(k));
        return random.normal_matrix(system_.dimension(), 1, options_.spread);
    }

    Vector layer_error(const Vector& u) const {
        const double rounding = static_cast<double>(system_.dimension() + 6) * epsilon;
        return rounding *
               (u.cwiseAbs() + system_.step() * (system_.W().cwiseAbs() *
                                                 activate(system_.activation(), u).cwiseAbs()));
    }

    IntegrateOptions integration(double horizon) const {
        return {.t_end = horizon / rate_,
                .rel_tol = options_.rel_tol,
                .abs_tol = options_.abs_tol,
                .initial_step = 1e-3 * std::min(1.0, 1.0 / rate_)};
    }

    /// Error allowed by the integrator in the step that led to each sample.
    Matrix step_errors(const Matrix& x) const {
        Matrix error = Matrix::Zero(x.rows(), x.cols());
        for (Index k = 1; k < x.cols(); ++k) {
            const auto size = x.col(k).cwiseAbs() + x.col(k - 1).cwiseAbs();
            error.col(k) = safety * (options_.abs_tol + options_.rel_tol * 2.0 * size.array());
        }
        return error;
    }

    Run flow_run(Index k) const {
        Trajectory trajectory =
            integrate(PreactivationFlow(system_), start(k), integration(options_.horizon));
        Run run{std::move(trajectory.t), std::move(trajectory.x), {}};
        run.error = step_errors(run.u);
        return run;
    }

    Run map_run(Index k) const {
        const Index n = system_.dimension();
        Run run{{0.0}, Matrix(n, options_.layers + 1), Matrix::Zero(n, options_.layers + 1)};
        run.u.col(0) = start(k);
        Index used = 1;
        for (; used <= options_.layers; ++used) {
            const Vector before = run.u.col(used - 1);
            const Vector after = system_.preactivation_map(before);
            if (!after.allFinite()) {
                break;
            }
            run.u.col(used) = after;
            run.error.col(used) = layer_error(before);
            run.t.push_back(static_cast<double>(used) * system_.step());
        }
        run.u.conservativeResize(n, used);
        run.error.conservativeResize(n, used);
        return run;
    }

    /// The runs of one clock, made once.
    const std::vector<Run>& runs(bool map) {
        std::vector<Run>& kept = map ? map_runs_ : flow_runs_;
        if (kept.empty()) {
            kept.resize(static_cast<std::size_t>(options_.starts));
            parallel_for(options_.starts, options_.threads, [&](Index k) {
                kept[static_cast<std::size_t>(k)] = map ? map_run(k) : flow_run(k);
            });
        }
        return kept;
    }

    static void compare(StructureCheck& check, double violation, double tolerance) {
        ++check.comparisons;
        check.passed = check.passed && violation <= tolerance;
        const auto ratio = [](double v, double t) {
            return t > 0 ? v / t : v > 0 ? std::numeric_limits<double>::infinity() : v;
        };
        if (check.comparisons == 1 ||
            ratio(violation, tolerance) > ratio(check.violation, check.tolerance)) {
            check.violation = violation;
            check.tolerance = tolerance;
        }
    }

    /// V_{k+1} − V_k ≤ what the step's error, rounding and asymmetry allow.
    void interaction_energy_falls(StructureCheck& check) {
        const Vector& p = report_.gradient.p;
        const Matrix PW = p.asDiagonal() * system_.W();
        const Matrix symmetric = 0.5 * (PW + PW.transpose());
        const Matrix size = PW.cwiseAbs();
        const bool exact = report_[Structure::GradientLike].status == VerdictStatus::Holds;
        const Matrix skew = 0.5 * (PW - PW.transpose()).cwiseAbs();
        const double rounding = static_cast<double>(4 * system_.dimension() + 40) * epsilon;
        for (const Run& run : runs(check.map)) {
            ++check.trajectories;
            double before = 0.0;
            Vector gradient_before;
            double drift_before = 0.0;
            for (Index k = 0; k < run.u.cols(); ++k) {
                const Vector u = run.u.col(k);
                const Vector y = activate(system_.activation(), u);
                const double V = -0.5 * y.dot(PW * y);
                const Vector gradient =
                    slope(system_.activation(), u).cwiseProduct((symmetric * y).cwiseAbs());
                // V' = −ẏᵀ sym(PW) y exactly; what the theorem drops is ẏᵀ skew(PW) y.
                const Vector speed =
                    slope(system_.activation(), u).cwiseProduct((system_.W() * y).cwiseAbs());
                const double drift = exact ? 0.0 : speed.dot(skew * y.cwiseAbs());
                if (k > 0) {
                    const double allowed =
                        rounding * y.cwiseAbs().dot(size * y.cwiseAbs()) +
                        2.0 * gradient.cwiseMax(gradient_before).dot(run.error.col(k)) +
                        2.0 * std::max(drift, drift_before) *
                            (run.t[static_cast<std::size_t>(k)] -
                             run.t[static_cast<std::size_t>(k - 1)]);
                    compare(check, V - before, allowed);
                }
                before = V;
                gradient_before = gradient;
                drift_before = drift;
            }
        }
    }

    /// E_k = E_0 (constant) or E_{k+1} ≤ E_k (falls).
    void potential_energy_law(StructureCheck& check, const Vector& p, bool constant) {
        const Matrix PW = p.asDiagonal() * system_.W();
        const bool exact =
            !constant || report_[Structure::Conservative].status == VerdictStatus::Holds;
        const Matrix symmetric = 0.5 * (PW + PW.transpose()).cwiseAbs();
        const double rounding = static_cast<double>(system_.dimension() + 20) * epsilon;
        for (const Run& run : runs(check.map)) {
            ++check.trajectories;
            double first = 0.0;
            double before = 0.0;
            double allowed = 0.0;
            Vector weight_before;
            for (Index k = 0; k < run.u.cols(); ++k) {
                const Vector u = run.u.col(k);
                const Vector y = activate(system_.activation(), u);
                const double E = potential_energy(system_, p, u);
                const Vector weight = p.cwiseProduct(y.cwiseAbs());
                if (k == 0) {
                    first = E;
                } else {
                    const double power = exact ? 0.0 : y.cwiseAbs().dot(symmetric * y.cwiseAbs());
                    const double one = 2.0 * weight.cwiseMax(weight_before).dot(run.error.col(k)) +
                                       2.0 * power *
                                           (run.t[static_cast<std::size_t>(k)] -
                                            run.t[static_cast<std::size_t>(k - 1)]);
                    allowed = constant ? allowed + one : one;
                    const double size = p.cwiseProduct(u.cwiseAbs()).sum() + p.sum();
                    compare(check, constant ? std::abs(E - first) : E - before,
                            allowed + rounding * size);
                }
                before = E;
                weight_before = weight;
            }
        }
    }

    /// ℓ·u = ℓ·u_0. Runge–Kutta steps and layers move u along columns of W only.
    void linear_invariants_stand(StructureCheck& check) {
        const Matrix& L = report_.null_vectors;
        const Vector leak = (L.transpose() * system_.W()).cwiseAbs().rowwise().sum();
        const Vector norm = L.cwiseAbs().colwise().sum().transpose();
        const double row_sum = system_.W().cwiseAbs().rowwise().sum().maxCoeff();
        const double rounding = static_cast<double>(system_.dimension() + 20) * epsilon;
        for (const Run& run : runs(check.map)) {
            ++check.trajectories;
            const Vector origin = L.transpose() * run.u.col(0);
            double walked = run.u.col(0).lpNorm<Eigen::Infinity>();
            double travelled = 0.0;
            for (Index k = 1; k < run.u.cols(); ++k) {
                const double dt =
                    run.t[static_cast<std::size_t>(k)] - run.t[static_cast<std::size_t>(k - 1)];
                const double y = activate(system_.activation(), Matrix(run.u.middleCols(k - 1, 2)))
                                     .cwiseAbs()
                                     .maxCoeff();
                walked += run.u.col(k).lpNorm<Eigen::Infinity>() + 10.0 * dt * row_sum * y;
                travelled += 2.0 * dt * y;
                const Vector drift = (L.transpose() * run.u.col(k) - origin).cwiseAbs();
                for (Index l = 0; l < L.cols(); ++l) {
                    compare(check, drift[l], rounding * walked * norm[l] + leak[l] * travelled);
                }
            }
        }
    }

    /// s∘(v − u) ≥ 0 stays so, for starts with v = u + s∘δ, δ ≥ 0.
    void order_is_kept(StructureCheck& check, const std::vector<int>& camps, double direction) {
        const Index n = system_.dimension();
        Vector s(n);
        for (Index i = 0; i < n; ++i) {
            s[i] = camps[static_cast<std::size_t>(i)];
        }
        std::vector<StructureCheck> parts(static_cast<std::size_t>(options_.starts), check);
        parallel_for(options_.starts, options_.threads, [&](Index k) {
            StructureCheck& part = parts[static_cast<std::size_t>(k)];
            const Vector u = start(k);
            Random random(options_.seed, static_cast<std::uint64_t>(options_.starts + k));
            Vector x(2 * n);
            // Half of the components start level: an order that only holds strictly would break.
            const Vector apart =
                random.uniform_vector(n, -1.0, 1.0).cwiseMax(0.0) * options_.spread;
            x << u, u + s.cwiseProduct(apart);
            check.map ? follow_map(part, s, x) : follow_flow(part, s, x, direction);
        });
        for (const StructureCheck& part : parts) {
            ++check.trajectories;
            if (part.comparisons > 0) {
                const Index before = check.comparisons;
                compare(check, part.violation, part.tolerance);
                check.comparisons = before + part.comparisons;
            }
        }
    }

    void follow_flow(StructureCheck& part, const Vector& s, const Vector& x,
                     double direction) const {
        const Index n = s.size();
        const Trajectory run = integrate(PairFlow(system_, direction), x,
                                         integration(std::min(options_.horizon, flow_growth)));
        const Matrix error = step_errors(run.x);
        double allowed = 0.0;
        for (Index k = 1; k < run.x.cols(); ++k) {
            const double dt =
                run.t[static_cast<std::size_t>(k)] - run.t[static_cast<std::size_t>(k - 1)];
            allowed = allowed * std::exp(rate_ * dt) + 2.0 * error.col(k).maxCoeff();
            const Vector lead = s.cwiseProduct(run.x.col(k).tail(n) - run.x.col(k).head(n));
            compare(part, -lead.minCoeff(), allowed);
        }
    }

    void follow_map(StructureCheck& part, const Vector& s, const Vector& x) const {
        const Index n = s.size();
        Vector u = x.head(n);
        Vector v = x.tail(n);
        double allowed = 0.0;
        double grown = 0.0;
        const double growth = 1.0 + system_.step() * rate_;
        for (Index k = 0; k < options_.layers && grown + std::log(growth) <= map_growth; ++k) {
            allowed = allowed * growth +
                      2.0 * std::max(layer_error(u).maxCoeff(), layer_error(v).maxCoeff());
            grown += std::log(growth);
            u = system_.preactivation_map(u);
            v = system_.preactivation_map(v);
            if (!u.allFinite() || !v.allFinite()) {
                return;
            }
            compare(part, -s.cwiseProduct(v - u).minCoeff(), allowed);
        }
    }

    const ResidualSystem& system_;
    const StructureReport& report_;
    const CheckOptions& options_;
    double rate_ = 1.0;  ///< ‖W‖_∞ max f', a Lipschitz constant of the flow.
    std::vector<Run> flow_runs_;
    std::vector<Run> map_runs_;
};

void validate(const CheckOptions& options) {
    require_at_least("starts", options.starts, 1);
    require_at_least("layers", options.layers, 1);
    const auto positive = [](std::string_view field, double value) {
        require(field, value > 0 && std::isfinite(value), "a finite number > 0", value);
    };
    positive("spread", options.spread);
    positive("horizon", options.horizon);
    positive("rel_tol", options.rel_tol);
    positive("abs_tol", options.abs_tol);
}

}  // namespace

std::vector<StructureCheck> check_structure(const ResidualSystem& system,
                                            const StructureReport& report,
                                            const CheckOptions& options) {
    validate(options);
    return Checker(system, report, options).run();
}

}  // namespace resdyn
