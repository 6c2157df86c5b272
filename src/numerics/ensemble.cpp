#include <resdyn/numerics/ensemble.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

// A window is what advances as one matrix: wide enough for products to be efficient, small enough
// for its dozen matrices to stay in cache. A task works through its columns with one window.
constexpr Index window_numbers = Index{1} << 17;
constexpr Index narrowest_window = 32;
constexpr Index widest_window = 2048;
constexpr Index tasks_wanted = 16;  // where there are enough columns: balance for a few threads
constexpr Index windows_per_task = 8;

Index window_width(Index n) {
    return std::clamp(window_numbers / std::max<Index>(n, 1), narrowest_window, widest_window);
}

void validate(const BatchField& field, const Matrix& x0, const EnsembleOptions& o) {
    if (x0.rows() != field.dimension()) {
        reject_argument("ensemble", fmt::format("x0 with {} rows", field.dimension()),
                        fmt::format("{}", x0.rows()));
    }
    if (!x0.allFinite()) {
        reject_argument("ensemble", "x0 finite", "NaN or infinity");
    }
    require("ensemble", std::isfinite(o.t_end) && o.t_end >= 0, "t_end finite and >= 0", o.t_end);
    require("ensemble", o.rel_tol > 0, "rel_tol > 0", o.rel_tol);
    require("ensemble", o.abs_tol > 0, "abs_tol > 0", o.abs_tol);
    require("ensemble", o.max_steps >= 1, "max_steps >= 1", static_cast<double>(o.max_steps));
    require("ensemble", o.initial_step > 0, "initial_step > 0", o.initial_step);
    require("ensemble", o.check_every >= 1, "check_every >= 1", static_cast<double>(o.check_every));
    require("ensemble", o.task_columns >= 0, "task_columns >= 0",
            static_cast<double>(o.task_columns));
}

/// The running trajectories of one task, the first `active` columns of every matrix.
struct Window {
    Window(Index n, Index width)
        : x(n, width),
          fx(n, width),
          columns(static_cast<std::size_t>(width)),
          t(static_cast<std::size_t>(width)),
          steps(static_cast<std::size_t>(width)),
          rejected(static_cast<std::size_t>(width)),
          ended(static_cast<std::size_t>(width)),
          outcome(static_cast<std::size_t>(width)) {}

    void end(std::size_t place, Outcome why) {
        ended[place] = 1;
        outcome[place] = why;
    }

    Matrix x;
    Matrix fx;
    std::vector<Index> columns;
    std::vector<double> t;
    std::vector<Index> steps;
    std::vector<Index> rejected;
    std::vector<char> ended;
    std::vector<Outcome> outcome;
    Index active = 0;
};

using Flat = Eigen::Map<Eigen::ArrayXd>;

/// The first `columns` columns as one array, so that small n vectorise as well as large.
Flat flat(Matrix& m, Index columns) {
    return {m.data(), m.rows() * columns};
}

/// One attempted step of every column (Dormand, Prince 1980, table 2).
class DormandPrince {
  public:
    DormandPrince(const BatchField& field, const EnsembleOptions& options, Index width)
        : field_(field),
          options_(options),
          dt_(static_cast<std::size_t>(width)),
          tried_(static_cast<std::size_t>(width)) {
        const Index n = field.dimension();
        for (Matrix* m : {&k2_, &k3_, &k4_, &k5_, &k6_, &k7_, &next_, &h_, &ratio_}) {
            m->resize(n, width);
        }
    }

    void enter(Window& window, std::size_t place) {
        dt_[place] = options_.initial_step;
        if (options_.t_end == 0) {
            window.end(place, Outcome::ReachedEnd);
        }
    }
    void move(std::size_t from, std::size_t to) { dt_[to] = dt_[from]; }

    void advance(Window& window) {
        const Index m = window.active;
        const Index n = window.x.rows();
        for (Index j = 0; j < m; ++j) {
            const auto place = static_cast<std::size_t>(j);
            tried_[place] = std::min(dt_[place], options_.t_end - window.t[place]);
            std::fill_n(h_.data() + j * n, n, tried_[place]);
        }
        const Flat x = flat(window.x, m);
        const Flat h = flat(h_, m);
        const Flat k1 = flat(window.fx, m);
        const Flat k2 = flat(k2_, m);
        const Flat k3 = flat(k3_, m);
        const Flat k4 = flat(k4_, m);
        const Flat k5 = flat(k5_, m);
        const Flat k6 = flat(k6_, m);
        const Flat k7 = flat(k7_, m);
        Flat next = flat(next_, m);
        Flat ratio = flat(ratio_, m);
        const auto evaluate = [&](Matrix& k) { field_.value(next_.leftCols(m), k.leftCols(m)); };
        next = x + h * (1.0 / 5 * k1);
        evaluate(k2_);
        next = x + h * (3.0 / 40 * k1 + 9.0 / 40 * k2);
        evaluate(k3_);
        next = x + h * (44.0 / 45 * k1 - 56.0 / 15 * k2 + 32.0 / 9 * k3);
        evaluate(k4_);
        next = x + h * (19372.0 / 6561 * k1 - 25360.0 / 2187 * k2 + 64448.0 / 6561 * k3 -
                        212.0 / 729 * k4);
        evaluate(k5_);
        next = x + h * (9017.0 / 3168 * k1 - 355.0 / 33 * k2 + 46732.0 / 5247 * k3 +
                        49.0 / 176 * k4 - 5103.0 / 18656 * k5);
        evaluate(k6_);
        next = x + h * (35.0 / 384 * k1 + 500.0 / 1113 * k3 + 125.0 / 192 * k4 -
                        2187.0 / 6784 * k5 + 11.0 / 84 * k6);
        evaluate(k7_);
        // The fifth order minus the embedded fourth, against what is allowed.
        ratio = (h * (71.0 / 57600 * k1 - 71.0 / 16695 * k3 + 71.0 / 1920 * k4 -
                      17253.0 / 339200 * k5 + 22.0 / 525 * k6 - 1.0 / 40 * k7))
                    .abs() /
                (options_.abs_tol + options_.rel_tol * (x.abs() + (h * k1).abs()));
        control(window);
    }

  private:
    /// Accepts or refuses each column's step and chooses its next.
    void control(Window& window) {
        constexpr double safety = 0.9;
        constexpr double slowest = 0.2;
        constexpr double fastest = 5.0;
        const Index m = window.active;
        bool all_accepted = true;
        for (Index j = 0; j < m; ++j) {
            const auto place = static_cast<std::size_t>(j);
            // NOTE: a NaN vanishes in a maximum but not in a sum; an error that is not finite
            // refuses the step.
            const bool finite = std::isfinite(ratio_.col(j).sum());
            const double error =
                finite ? ratio_.col(j).maxCoeff() : std::numeric_limits<double>::infinity();
            const bool accepted = error <= 1.0;
            const double factor =
                error > 0 ? std::clamp(safety * std::pow(error, -0.2), slowest, fastest) : fastest;
            if (accepted) {
                ++window.steps[place];
                const bool last = tried_[place] >= options_.t_end - window.t[place];
                window.t[place] = last ? options_.t_end : window.t[place] + tried_[place];
                // A step cut short by t_end says nothing against the one that was due.
                dt_[place] = std::max(tried_[place] * factor, last ? dt_[place] : 0.0);
                if (last) {
                    window.end(place, Outcome::ReachedEnd);
                }
            } else {
                all_accepted = false;
                ++window.rejected[place];
                dt_[place] = tried_[place] * std::min(1.0, factor);
                if (window.t[place] + dt_[place] <= window.t[place]) {
                    window.end(place, Outcome::StepUnderflow);
                }
            }
            tried_[place] = accepted ? 1.0 : 0.0;
        }
        if (all_accepted) {
            window.x.swap(next_);
            window.fx.swap(k7_);
        } else {
            for (Index j = 0; j < m; ++j) {
                if (tried_[static_cast<std::size_t>(j)] > 0) {
                    window.x.col(j) = next_.col(j);
                    window.fx.col(j) = k7_.col(j);
                }
            }
        }
        for (Index j = 0; j < m; ++j) {
            const auto place = static_cast<std::size_t>(j);
            if (!window.ended[place] &&
                window.steps[place] + window.rejected[place] >= options_.max_steps) {
                window.end(place, Outcome::StepLimit);
            }
        }
    }

    const BatchField& field_;
    const EnsembleOptions& options_;
    std::vector<double> dt_;     ///< the step that each column would take next.
    std::vector<double> tried_;  ///< the step that it does take; then whether it was accepted.
    Matrix k2_, k3_, k4_, k5_, k6_, k7_, next_, h_, ratio_;
};

/// One iteration of every column.
class Iteration {
  public:
    Iteration(const BatchField& field, double step, Index max_steps)
        : field_(field), step_(step), max_steps_(max_steps) {}

    void enter(Window&, std::size_t) {}
    void move(std::size_t, std::size_t) {}

    void advance(Window& window) {
        const Index m = window.active;
        flat(window.x, m) += step_ * flat(window.fx, m);
        field_.value(window.x.leftCols(m), window.fx.leftCols(m));
        for (Index j = 0; j < m; ++j) {
            const auto place = static_cast<std::size_t>(j);
            const Index done = ++window.steps[place];
            window.t[place] = step_ * static_cast<double>(done);
            if (done >= max_steps_) {
                window.end(place, Outcome::ReachedEnd);
            }
        }
    }

  private:
    const BatchField& field_;
    double step_;
    Index max_steps_;
};

/// The columns [next, last) of x0, run to their ends through one window.
template <typename Stepper>
class Task {
  public:
    Task(const BatchField& field, const Matrix& x0, const EnsembleOptions& options,
         const EnsembleMonitor& monitor, EnsembleResult& result, Index first, Index count,
         Stepper stepper)
        : field_(field),
          x0_(x0),
          options_(options),
          monitor_(monitor),
          result_(result),
          next_(first),
          last_(first + count),
          window_(x0.rows(), std::min(count, window_width(x0.rows()))),
          stepper_(std::move(stepper)),
          fresh_x_(x0.rows(), window_.x.cols()),
          fresh_fx_(x0.rows(), window_.x.cols()) {}

    void run() {
        std::vector<std::size_t> places(static_cast<std::size_t>(window_.x.cols()));
        for (std::size_t k = 0; k < places.size(); ++k) {
            places[k] = k;
        }
        window_.active = window_.x.cols();
        admit(places);
        look();
        for (Index round = 1; renew(); ++round) {
            interruption_point("ensemble");
            stepper_.advance(window_);
            if (round % options_.check_every == 0) {
                look();
            }
        }
    }

  private:
    /// Lets waiting columns into these places, as many as there are places.
    void admit(const std::vector<std::size_t>& places) {
        const auto count = static_cast<Index>(places.size());
        if (count == 0) {
            return;
        }
        fresh_x_.leftCols(count) = x0_.middleCols(next_, count);
        field_.value(fresh_x_.leftCols(count), fresh_fx_.leftCols(count));
        for (Index k = 0; k < count; ++k) {
            const std::size_t place = places[static_cast<std::size_t>(k)];
            window_.x.col(static_cast<Index>(place)) = fresh_x_.col(k);
            window_.fx.col(static_cast<Index>(place)) = fresh_fx_.col(k);
            window_.columns[place] = next_ + k;
            window_.t[place] = 0.0;
            window_.steps[place] = 0;
            window_.rejected[place] = 0;
            window_.ended[place] = 0;
            stepper_.enter(window_, place);
            if (!fresh_fx_.col(k).allFinite()) {
                window_.end(place, Outcome::NonFinite);
            }
        }
        next_ += count;
    }

    /// Ends what has rested, was lost, or the monitor lets go.
    void look() {
        const auto active = static_cast<std::size_t>(window_.active);
        for (std::size_t place = 0; place < active; ++place) {
            const auto fx = window_.fx.col(static_cast<Index>(place));
            if (!std::isfinite(fx.sum()) ||
                !std::isfinite(window_.x.col(static_cast<Index>(place)).sum())) {
                window_.end(place, Outcome::NonFinite);
            } else if (fx.template lpNorm<Eigen::Infinity>() <= options_.rest_tol) {
                window_.end(place, Outcome::AtRest);
            }
        }
        if (!monitor_) {
            return;
        }
        leave_.assign(active, 0);
        monitor_({window_.x.leftCols(window_.active),
                  window_.fx.leftCols(window_.active),
                  {window_.columns.data(), active},
                  {window_.t.data(), active}},
                 leave_);
        for (std::size_t place = 0; place < active; ++place) {
            if (leave_[place] != 0 && window_.ended[place] == 0) {
                window_.end(place, Outcome::Stopped);
            }
        }
    }

    /// Records what has ended, fills its places, closes the gaps that remain; false when none runs.
    bool renew() {
        do {
            places_.clear();
            for (Index j = 0; j < window_.active; ++j) {
                const auto place = static_cast<std::size_t>(j);
                if (window_.ended[place] != 0) {
                    record(place);
                    places_.push_back(place);
                }
            }
            const auto waiting = static_cast<std::size_t>(last_ - next_);
            std::vector<std::size_t> gaps;
            while (places_.size() > waiting) {
                gaps.push_back(places_.back());
                places_.pop_back();
            }
            admit(places_);
            for (const std::size_t gap : gaps) {  // from the last: what moves down has not ended
                const auto end = static_cast<std::size_t>(--window_.active);
                if (gap != end) {
                    move(end, gap);
                }
            }
        } while (!places_.empty() && any_ended());
        return window_.active > 0;
    }

    bool any_ended() const {
        return std::any_of(window_.ended.begin(), window_.ended.begin() + window_.active,
                           [](char e) { return e != 0; });
    }

    void move(std::size_t from, std::size_t to) {
        window_.x.col(static_cast<Index>(to)) = window_.x.col(static_cast<Index>(from));
        window_.fx.col(static_cast<Index>(to)) = window_.fx.col(static_cast<Index>(from));
        window_.columns[to] = window_.columns[from];
        window_.t[to] = window_.t[from];
        window_.steps[to] = window_.steps[from];
        window_.rejected[to] = window_.rejected[from];
        window_.ended[to] = window_.ended[from];
        window_.outcome[to] = window_.outcome[from];
        stepper_.move(from, to);
    }

    void record(std::size_t place) {
        const Index column = window_.columns[place];
        const auto at = static_cast<std::size_t>(column);
        result_.x.col(column) = window_.x.col(static_cast<Index>(place));
        result_.t[at] = window_.t[place];
        result_.outcomes[at] = window_.outcome[place];
        result_.residual[at] =
            window_.fx.col(static_cast<Index>(place)).template lpNorm<Eigen::Infinity>();
        result_.steps[at] = window_.steps[place];
        result_.rejected[at] = window_.rejected[place];
    }

    const BatchField& field_;
    const Matrix& x0_;
    const EnsembleOptions& options_;
    const EnsembleMonitor& monitor_;
    EnsembleResult& result_;
    Index next_;
    Index last_;
    Window window_;
    Stepper stepper_;
    Matrix fresh_x_;
    Matrix fresh_fx_;
    std::vector<std::size_t> places_{};
    std::vector<char> leave_{};
};

template <typename MakeStepper>
EnsembleResult run(const BatchField& field, const Matrix& x0, const EnsembleOptions& options,
                   const EnsembleMonitor& monitor, const MakeStepper& make_stepper) {
    const Index columns = x0.cols();
    const auto count = static_cast<std::size_t>(columns);
    EnsembleResult result;
    result.x.resize(x0.rows(), columns);
    result.t.resize(count);
    result.outcomes.resize(count);
    result.residual.resize(count);
    result.steps.resize(count);
    result.rejected.resize(count);
    const Index share =
        options.task_columns > 0 ? options.task_columns : ensemble_columns(x0.rows(), columns);
    parallel_for((columns + share - 1) / share, options.threads, [&](Index task) {
        const Index first = task * share;
        const Index width = std::min(share, columns - first);
        auto stepper = make_stepper(std::min(width, window_width(x0.rows())));
        Task<decltype(stepper)>(field, x0, options, monitor, result, first, width,
                                std::move(stepper))
            .run();
    });
    return result;
}

}  // namespace

Index ensemble_columns(Index n, Index columns) {
    const Index even = (columns + tasks_wanted - 1) / tasks_wanted;
    return std::clamp(even, narrowest_window, windows_per_task * window_width(n));
}

EnsembleResult integrate_ensemble(const BatchField& field, const Matrix& x0,
                                  const EnsembleOptions& options, const EnsembleMonitor& monitor) {
    validate(field, x0, options);
    return run(field, x0, options, monitor,
               [&](Index width) { return DormandPrince(field, options, width); });
}

EnsembleResult iterate_ensemble(const BatchField& field, double step, const Matrix& x0,
                                const EnsembleOptions& options, const EnsembleMonitor& monitor) {
    validate(field, x0, options);
    if (!(step > 0) || !std::isfinite(step)) {
        reject_argument("ensemble", "a finite step > 0", fmt::format("{}", step));
    }
    return run(field, x0, options, monitor,
               [&](Index) { return Iteration(field, step, options.max_steps); });
}

}  // namespace resdyn
