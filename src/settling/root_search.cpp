#include <resdyn/settling/root_search.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/core/random.hpp>

#include "core/parallel.hpp"
#include "formats/sha256.hpp"
#include "model/weights_hash.hpp"
#include "numerics/decompositions.hpp"
#include "root_search_farm.hpp"
#include "work/task_fields.hpp"

namespace resdyn {

namespace {

void validate(const VectorField& field, const Box& box, const RootSearchOptions& o) {
    const Index n = field.dimension();
    if (box.lower.size() != n || box.upper.size() != n) {
        reject_argument("find_roots", fmt::format("a box of dimension {}", n),
                        fmt::format("{} and {}", box.lower.size(), box.upper.size()));
    }
    if (!box.lower.allFinite() || !box.upper.allFinite() ||
        !(box.lower.array() < box.upper.array()).all()) {
        reject_argument("find_roots", "a finite box with lower < upper", "another");
    }
    require("find_roots", o.starts >= 1, "starts >= 1", static_cast<double>(o.starts));
    require("find_roots", o.deflation_rounds >= 0, "deflation_rounds >= 0",
            static_cast<double>(o.deflation_rounds));
    require("find_roots", o.merge_tol > 0, "merge_tol > 0", o.merge_tol);
    require("find_roots", o.outlier_factor >= 1, "outlier_factor >= 1", o.outlier_factor);
    require("find_roots", o.slow_speed >= 0, "slow_speed >= 0", o.slow_speed);
    require("find_roots", o.singular_tol > 0, "singular_tol > 0", o.singular_tol);
}

constexpr Index starts_per_task = 8;

/// How one seed ended in a round.
struct SeedEnd {
    NewtonStatus status = NewtonStatus::IterationLimit;
    Vector x;
    bool is_root = false;
};

auto task_fields(SeedEnd& end) {
    return std::tie(end.status, end.x, end.is_root);
}

/// On a farm: where, and of which job.
struct SearchPlace {
    Farm& farm;
    Job job;
};

class Search {
  public:
    Search(const VectorField& field, const Box& box, const RootSearchOptions& options,
           std::optional<SearchPlace> place = {})
        : field_(field), box_(box), options_(options), place_(std::move(place)) {}

    RootSearchResult run() {
        result_.starts = options_.starts;
        const std::vector<SeedEnd> first = round(false);
        if (place_ && (place_->farm.is_shard() || !place_->farm.progress().complete())) {
            return std::move(result_);
        }
        for (const SeedEnd& end : first) {
            sort_in(end);
        }
        bool brought_news = true;
        while (brought_news && result_.rounds < options_.deflation_rounds) {
            ++result_.rounds;
            brought_news = false;
            const std::vector<SeedEnd> ends = round(true);
            if (place_ && !place_->farm.progress().complete()) {
                break;
            }
            for (const SeedEnd& end : ends) {
                if (end.is_root && is_within(end.x) && !known_root(end.x)) {
                    add_root(end.x);
                    brought_news = true;
                }
            }
        }
        std::sort(result_.roots.begin(), result_.roots.end(), [](const Root& a, const Root& b) {
            return std::lexicographical_compare(a.x.begin(), a.x.end(), b.x.begin(), b.x.end());
        });
        std::stable_sort(result_.slow.begin(), result_.slow.end(),
                         [](const SlowPoint& a, const SlowPoint& b) { return a.q < b.q; });
        return std::move(result_);
    }

  private:
    Vector start(Index k) const {
        Random random(options_.seed, static_cast<std::uint64_t>(k));
        const Vector share = random.uniform_vector(field_.dimension(), 0.0, 1.0);
        return box_.lower + share.cwiseProduct(box_.upper - box_.lower);
    }

    /// Every seed once; with `deflated`, around the regular roots known so far.
    std::vector<SeedEnd> round(bool deflated) const {
        Deflation deflation;
        if (deflated) {
            for (const Root& root : result_.roots) {
                if (!root.singular) {
                    deflation.roots.push_back(root.x);
                }
            }
        }
        std::vector<SeedEnd> ends(static_cast<std::size_t>(options_.starts));
        const auto end_of = [&](Index k) -> SeedEnd {
            NewtonResult found = newton(field_, start(k), options_.newton, deflation);
            if (deflated && found.status == NewtonStatus::Converged) {
                found = newton(field_, found.x, options_.newton);
            }
            if (!deflated && found.status != NewtonStatus::Converged &&
                found.status != NewtonStatus::NonFinite) {
                found = slowest_point(field_, found.x, options_.newton);
            }
            return {found.status, found.x,
                    found.status == NewtonStatus::Converged &&
                        found.residual <= options_.newton.residual_tol};
        };
        if (place_) {
            on_farm(ends, end_of, deflation);
        } else {
            parallel_for(options_.starts, options_.threads,
                         [&](Index k) { ends[static_cast<std::size_t>(k)] = end_of(k); });
        }
        return ends;
    }

    /// A job a round: each deflates the roots that the rounds before it have found.
    template <typename EndOf>
    void on_farm(std::vector<SeedEnd>& ends, const EndOf& end_of,
                 const Deflation& deflation) const {
        Job job = place_->job;
        if (result_.rounds > 0) {
            job.name += fmt::format("-round-{}", result_.rounds);
        }
        std::string roots;
        for (const Vector& root : deflation.roots) {
            roots += numbers_hash(root);
        }
        Matrix box(box_.lower.size(), 2);
        box << box_.lower, box_.upper;
        job.identity["box"] = numbers_hash(box);
        job.identity["bytes of a task"] = "newton 1";
        job.identity["roots before"] = sha256(roots);
        job.identity["seed"] = fmt::format("{}", options_.seed);
        job.identity["starts"] = fmt::format("{}", options_.starts);
        job.identity["tolerances"] =
            fmt::format("{} {} {} {}", options_.newton.residual_tol, options_.newton.gradient_tol,
                        options_.newton.min_damping, options_.newton.max_iterations);
        job.tasks = (options_.starts + starts_per_task - 1) / starts_per_task;
        FarmWork work{.threads = options_.threads, .stop_requested = interrupt_requested};
        work.task = [&](Index task) {
            std::vector<SeedEnd> part;
            const Index first = task * starts_per_task;
            for (Index k = first; k < std::min(first + starts_per_task, options_.starts); ++k) {
                part.push_back(end_of(k));
            }
            return task_bytes(part);
        };
        work.fold = [&](Index task, std::string_view bytes) {
            auto part = task_result<std::vector<SeedEnd>>(bytes);
            std::move(part.begin(), part.end(),
                      ends.begin() + static_cast<std::ptrdiff_t>(task * starts_per_task));
        };
        place_->farm.run(job, work);
    }

    void sort_in(const SeedEnd& end) {
        if (end.status == NewtonStatus::NonFinite) {
            ++result_.non_finite;
        } else if (!is_within(end.x)) {
            ++result_.outliers;
        } else if (end.is_root) {
            ++result_.at_roots;
            const auto known = known_root(end.x);
            ++result_.roots[known ? *known : add_root(end.x)].starts;
        } else {
            sort_in_minimum(end);
        }
    }

    void sort_in_minimum(const SeedEnd& end) {
        // A minimum to rounding counts as one, whichever test ended the iteration.
        if (end.status == NewtonStatus::IterationLimit) {
            ++result_.iteration_limit;
            return;
        }
        const Vector f = field_.value(end.x);
        if (f.norm() > options_.slow_speed) {
            ++result_.fast_minima;
            return;
        }
        ++result_.at_slow_points;
        for (SlowPoint& point : result_.slow) {
            if (is_same(point.x, end.x)) {
                ++point.starts;
                return;
            }
        }
        const Matrix J = field_.jacobian(end.x);
        result_.slow.push_back({end.x, 0.5 * f.squaredNorm(),
                                (J.transpose() * f).lpNorm<Eigen::Infinity>(), eigenvalues(J), 1});
    }

    bool is_within(const Vector& x) const {
        const Vector centre = 0.5 * (box_.lower + box_.upper);
        const Vector half = 0.5 * options_.outlier_factor * (box_.upper - box_.lower);
        return ((x - centre).cwiseAbs().array() <= half.array()).all();
    }

    bool is_same(const Vector& a, const Vector& b) const {
        return (a - b).lpNorm<Eigen::Infinity>() <=
               options_.merge_tol * (1.0 + a.lpNorm<Eigen::Infinity>());
    }

    std::optional<std::size_t> known_root(const Vector& x) const {
        for (std::size_t k = 0; k < result_.roots.size(); ++k) {
            const Root& root = result_.roots[k];
            if (is_same(root.x, x)) {
                return k;
            }
            // The midpoint of two roots has a residual of rounding only if it is one too.
            if (root.singular && field_.value(0.5 * (root.x + x)).lpNorm<Eigen::Infinity>() <=
                                     options_.newton.residual_tol) {
                return k;
            }
        }
        return std::nullopt;
    }

    std::size_t add_root(const Vector& x) {
        Root root;
        root.x = x;
        root.residual = field_.value(x).lpNorm<Eigen::Infinity>();
        root.round = result_.rounds;
        const Matrix J = field_.jacobian(x);
        const Vector singular = singular_values(J);
        root.smallest_singular_value = singular.tail(1)[0];
        const double tolerance = options_.singular_tol * std::max(1.0, singular[0]);
        root.singular = root.smallest_singular_value <= tolerance;
        root.eigenvalues = eigenvalues(J);
        root.spectrum = count_spectrum(root.eigenvalues, tolerance);
        root.type = equilibrium_type(root.spectrum);
        if (options_.bounds && !root.singular) {
            root.proof = prove_root(field_, x, options_.bounds(x));
        }
        result_.roots.push_back(std::move(root));
        return result_.roots.size() - 1;
    }

    const VectorField& field_;
    const Box& box_;
    const RootSearchOptions& options_;
    std::optional<SearchPlace> place_;
    RootSearchResult result_;
};

}  // namespace

RootSearchResult find_roots(const VectorField& field, const Box& box,
                            const RootSearchOptions& options) {
    validate(field, box, options);
    return Search(field, box, options).run();
}

RootSearchResult find_roots(const VectorField& field, const Box& box,
                            const RootSearchOptions& options, Farm& farm, const Job& job) {
    validate(field, box, options);
    return Search(field, box, options, SearchPlace{farm, job}).run();
}

FieldBounds residual_flow_bounds(const ResidualSystem& system, const Vector& y) {
    require_bounded("residual_flow_bounds", system.activation());
    // D²f_i(v, w) = g'' v_i w_i (Wy)_i + g' (v_i (Ww)_i + w_i (Wv)_i), with g = (y − a)(b − y):
    // |g''| = 2 and |g'| <= 1 + 2R (logistic), 2R (tanh) for |y|_inf <= R.
    constexpr double reach = 1.0;
    const double R = y.lpNorm<Eigen::Infinity>() + reach;
    const double W_norm = system.W().cwiseAbs().rowwise().sum().maxCoeff();
    const double slope = system.activation() == Activation::Logistic ? 1.0 + 2.0 * R : 2.0 * R;
    const double rounding = 8.0 * static_cast<double>(system.dimension() + 8) *
                            std::numeric_limits<double>::epsilon() * W_norm * (1 + R) * (1 + R);
    return {1.0001 * W_norm * (2.0 * R + 2.0 * slope), reach, rounding, rounding};
}

}  // namespace resdyn
