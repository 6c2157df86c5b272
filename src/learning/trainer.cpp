#include <resdyn/learning/trainer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/depth/shortening.hpp>
#include <resdyn/learning/gradient.hpp>
#include <resdyn/transient/decision.hpp>

#include "depth_adjustment.hpp"
#include "epoch_measurement.hpp"
#include "growth_vectors.hpp"
#include "run_identity.hpp"
#include "training_checks.hpp"
#include "training_state.hpp"

namespace resdyn {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One run in one precision.
template <class Scalar>
class TrainingRun {
  public:
    TrainingRun(const NetworkShape& shape, const TrainingSets& sets, const TrainOptions& options)
        : start_shape_(shape),
          shape_(shape),
          sets_(sets),
          train_sample_(sets.training.draw(options.train_sample, options.seed)),
          energy_sample_(train_sample_.draw(energy_samples, options.seed)),
          options_(options),
          batches_((sets.training.size() + options.batch - 1) / options.batch),
          depth_(options.depth_rule, shape.depth, share_of_most_frequent_class(sets.held_out)) {
        build();
    }

    TrainResult go() {
        if (options_.resume != nullptr) {
            resume(*options_.resume);
        } else {
            state_.parameters =
                flatten(initial_network(shape_, options_.seed)).template cast<Scalar>();
            if (options_.equal_layers) {
                make_layers_equal<Scalar>(shape_, state_.parameters);
            }
            regularizer_->impose(state_.parameters);
            add_record({});
            state_.whole_epoch = state_.parameters;
            state_.best = state_.parameters;
            state_.best_depth = shape_.depth;
        }
        if (options_.checkpoint_ends && options_.resume == nullptr) {
            save_checkpoint();
        }
        while (state_.epoch < options_.epochs && result_.outcome == TrainOutcome::Finished) {
            run_epoch();
        }
        finish();
        return std::move(result_);
    }

  private:
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    using Sums = EpochSums;

    /// What depends on the shape, which changes with the depth. The power iteration of a spectral
    /// penalty starts anew.
    void build() {
        gradient_.emplace(shape_, options_.settling, options_.batch, options_.threads);
        optimizer_.emplace(ParameterLayout(shape_).size, options_.optimizer, options_.threads);
        regularizer_.emplace(shape_, options_.regularizer, options_.seed, options_.threads);
    }

    /// Goes on with the epoch state_.epoch + 1 after its first state_.batch batches, to its end or
    /// until something stops the run.
    void run_epoch() {
        constexpr std::uint64_t shuffle_streams = std::uint64_t{1} << 32;
        Random random(options_.seed,
                      shuffle_streams + static_cast<std::uint64_t>(state_.epoch + 1));
        const std::vector<Index> order = random.permutation(sets_.training.size());
        epoch_start_ = Clock::now();
        const Index first = state_.batch;
        while (state_.batch < batches_ && result_.outcome == TrainOutcome::Finished) {
            run_batch(order);
            if (options_.stop_requested && result_.outcome == TrainOutcome::Finished &&
                options_.stop_requested()) {
                result_.outcome = TrainOutcome::Interrupted;
                result_.reason = fmt::format("stopped in epoch {} after batch {} of {}",
                                             state_.epoch + 1, state_.batch, batches_);
            }
        }
        stepping_seconds_ += seconds_since(epoch_start_);
        samples_done_ +=
            std::min(state_.batch * options_.batch, sets_.training.size()) - first * options_.batch;
        if (result_.outcome == TrainOutcome::Interrupted) {
            save_checkpoint();
        } else if (result_.outcome == TrainOutcome::Finished) {
            close_epoch();
        }
    }

    void run_batch(const std::vector<Index>& order) {
        const Index begin = state_.batch * options_.batch;
        const Index count = std::min(options_.batch, sets_.training.size() - begin);
        BatchLoss loss = gradient_->run(state_.parameters, sets_.training,
                                        std::span(order).subspan(static_cast<std::size_t>(begin),
                                                                 static_cast<std::size_t>(count)));
        double penalty = loss.penalty;
        if (regularizer_->is_active()) {
            penalty += regularizer_->adjust(state_.parameters, gradient_->gradient());
            loss.gradient_norm = static_cast<double>(gradient_->gradient().norm());
        }
        if (!loss.is_finite() || !std::isfinite(penalty)) {
            result_.outcome = TrainOutcome::NonFinite;
            result_.reason = fmt::format(
                "epoch {}, batch {}: expected a finite loss and gradient, got loss {:.4g}, "
                "gradient norm {:.4g}",
                state_.epoch + 1, state_.batch + 1, loss.mean, loss.gradient_norm);
            return;
        }
        const double rate = rate_at(options_.rate, epochs_done(state_.batch), options_.epochs);
        const bool clipped = options_.clip > 0 && loss.gradient_norm > options_.clip;
        regularizer_->decay(state_.parameters, rate);
        optimizer_->step(state_.parameters, gradient_->gradient(), rate,
                         clipped ? options_.clip / loss.gradient_norm : 1.0);
        ++state_.batch;
        state_.sums.loss += loss.mean * static_cast<double>(count);
        state_.sums.penalty += penalty * static_cast<double>(count);
        state_.sums.gradient_norm += loss.gradient_norm * static_cast<double>(count);
        if (options_.on_progress) {
            report(std::min(begin + count, sets_.training.size()));
        }
    }

    /// Epochs behind the run after so many batches of the running one.
    double epochs_done(Index batch) const {
        return static_cast<double>(state_.epoch) +
               static_cast<double>(batch) / static_cast<double>(batches_);
    }

    void close_epoch() {
        if (!state_.parameters.allFinite()) {
            result_.outcome = TrainOutcome::NonFinite;
            result_.reason = fmt::format(
                "epoch {}: expected finite parameters after the last step, got NaN or infinity",
                state_.epoch + 1);
            return;
        }
        const auto samples = static_cast<double>(sets_.training.size());
        const Sums means{state_.sums.loss / samples, state_.sums.penalty / samples,
                         state_.sums.gradient_norm / samples};
        const double chance = std::log(static_cast<double>(shape_.classes));
        const double limit =
            options_.divergence_factor * std::max(chance, result_.record.front().loss);
        if (means.loss > limit) {
            result_.outcome = TrainOutcome::Diverged;
            result_.reason =
                fmt::format("epoch {}: expected a mean loss of at most {:.4g}, got {:.4g}",
                            state_.epoch + 1, limit, means.loss);
            return;
        }
        ++state_.epoch;
        state_.batch = 0;
        state_.sums = {};
        add_record(means);
        close_depth();
        state_.whole_epoch = state_.parameters;
        const bool last = state_.epoch == options_.epochs;
        const bool due = options_.checkpoint_every > 0 && state_.epoch < options_.epochs &&
                         state_.epoch % options_.checkpoint_every == 0 &&
                         result_.outcome == TrainOutcome::Finished;
        if (due || (last && options_.checkpoint_ends)) {
            save_checkpoint();
        }
    }

    /// Early stopping, the rule of the depth and its doublings. A network whose depth waits for its
    /// judgement is no candidate for the best.
    void close_depth() {
        DepthDecision decision{DepthChange::Kept, shape_.depth, false};
        if (depth_.is_check(state_.epoch, options_.epochs)) {
            EpochRecord& line = result_.record.back();
            const DepthRuleOptions& rule = options_.depth_rule;
            const std::vector<double> changes = residual_changes(
                network(), train_sample_.inputs, rule.norm, rule.reduction, options_.threads);
            DepthCheck check{state_.epoch, options_.epochs, changes, line.held_out_accuracy, {}};
            if (sets_.held_out != nullptr) {
                check.accuracies_by_depth = [this] { return held_out_accuracies(); };
            }
            decision = depth_.decide(check);
            line.criterion = changes.back();
            line.depth_next = static_cast<double>(decision.depth);
            line.depth_change = static_cast<double>(decision.change);
        }
        const bool waits = depth_.memory().pending && decision.depth == shape_.depth;
        if (decision.change == DepthChange::Undone) {
            put_back(depth_.memory().fallback_depth, state_.fallback);
            state_.fallback = {};
        } else if (options_.patience > 0 && !waits) {
            judge_held_out();
        }
        if (decision.change == DepthChange::Cut || decision.change == DepthChange::Grown) {
            state_.fallback = {state_.parameters, optimizer_->memory().mean,
                               optimizer_->memory().squares};
            put_back(decision.depth, with_depth(shape_, state_.fallback, decision.depth,
                                                options_.depth_rule.keep_time));
        } else if (decision.accepted) {
            state_.fallback = {};
        }
        if (result_.outcome == TrainOutcome::Finished &&
            doubles_after(options_.growth, state_.epoch, options_.epochs)) {
            double_layers();
        }
    }

    void double_layers() {
        const TrainingVectors<Scalar> coarse{state_.parameters, optimizer_->memory().mean,
                                             optimizer_->memory().squares};
        const TrainingVectors<Scalar> fine = with_twice_the_layers<Scalar>(shape_, coarse);
        DepthMemory memory = depth_.memory();
        memory.depth = 2 * shape_.depth;
        depth_.restore(memory);
        EpochRecord& line = result_.record.back();
        line.depth_next = static_cast<double>(memory.depth);
        line.depth_change = static_cast<double>(DepthChange::Doubled);
        put_back(memory.depth, fine);
    }

    /// Of the read-out after every layer, n = 0 … L; with keep_time, of networks of n layers.
    std::vector<double> held_out_accuracies() const {
        const auto of = [&](const Network& one) {
            return decisions(one, sets_.held_out->inputs, sets_.held_out->labels, options_.threads)
                .accuracy;
        };
        const Network now = network();
        std::vector<double> accuracies;
        for (const Proportion& accuracy : of(now)) {
            accuracies.push_back(accuracy.value);
        }
        if (options_.depth_rule.keep_time) {
            for (Index n = 1; n < shape_.depth; ++n) {
                accuracies[static_cast<std::size_t>(n)] =
                    of(coarsened(std::get<ResidualNetwork>(now), n)).back().value;
            }
        }
        return accuracies;
    }

    /// The step goes with the depth where layers double or hL is kept.
    void set_depth(Index depth) {
        shape_.depth = depth;
        if (options_.growth.enabled() ||
            (options_.depth_rule.enabled && options_.depth_rule.keep_time)) {
            shape_.step = start_shape_.step * static_cast<double>(start_shape_.depth) /
                          static_cast<double>(depth);
        }
    }

    /// Goes on from these vectors, which are of a network of `depth` layers.
    void put_back(Index depth, const TrainingVectors<Scalar>& vectors) {
        const Index steps = optimizer_->memory().steps;
        set_depth(depth);
        build();
        optimizer_->restore({steps, vectors.mean, vectors.squares});
        state_.parameters = vectors.parameters;
    }

    void judge_held_out() {
        const double smallest =
            result_.record[static_cast<std::size_t>(state_.best_epoch)].held_out_loss;
        if (result_.record.back().held_out_loss < smallest) {
            state_.best = state_.parameters;
            state_.best_epoch = state_.epoch;
            state_.best_depth = shape_.depth;
        } else if (state_.epoch - state_.best_epoch >= options_.patience) {
            result_.outcome = TrainOutcome::EarlyStopped;
            result_.reason = fmt::format(
                "the held-out loss has not fallen below {:.4g} (epoch {}) for {} epochs", smallest,
                state_.best_epoch, options_.patience);
        }
    }

    void finish() {
        result_.network_epoch = state_.epoch;
        const bool went_wrong =
            result_.outcome == TrainOutcome::NonFinite || result_.outcome == TrainOutcome::Diverged;
        if (result_.outcome != TrainOutcome::Interrupted && !result_.record.empty() &&
            result_.record.back().depth_change == static_cast<double>(DepthChange::Undone)) {
            result_.network_epoch = depth_.memory().fallback_epoch;
        }
        if (went_wrong && depth_.memory().pending) {
            // The change of depth was not judged: back to before it.
            set_depth(depth_.memory().fallback_depth);
            state_.parameters = state_.fallback.parameters;
            result_.network_epoch = depth_.memory().fallback_epoch;
        } else if (went_wrong) {
            state_.parameters = state_.whole_epoch;
        } else if (options_.patience > 0 && result_.outcome != TrainOutcome::Interrupted) {
            set_depth(state_.best_depth);
            state_.parameters = state_.best;
            result_.network_epoch = state_.best_epoch;
        }
        result_.network = network();
        result_.steps = optimizer_->memory().steps;
        result_.seconds = seconds_since(start_);
        if (stepping_seconds_ > 0) {
            result_.samples_per_second = static_cast<double>(samples_done_) / stepping_seconds_;
        }
    }

    void report(Index done_in_epoch) const {
        const double share =
            static_cast<double>(done_in_epoch) / static_cast<double>(sets_.training.size());
        const double seconds = stepping_seconds_ + seconds_since(epoch_start_);
        const double epochs =
            static_cast<double>(state_.epoch - first_epoch_) + share - first_share_;
        options_.on_progress(
            {.epoch = state_.epoch + 1,
             .done = static_cast<double>(state_.epoch) + share,
             .loss = state_.sums.loss / static_cast<double>(done_in_epoch),
             .samples_per_second =
                 epochs * static_cast<double>(sets_.training.size()) / std::max(seconds, 1e-9)});
    }

    void add_record(const Sums& means) {
        EpochRecord record = measured_record<Scalar>(shape_, state_.parameters, train_sample_,
                                                     energy_sample_, sets_, options_.threads);
        record.epoch = state_.epoch;
        record.learning_rate = rate_at(options_.rate, static_cast<double>(state_.epoch),
                                       std::max<Index>(options_.epochs, 1));
        record.loss = state_.epoch == 0 ? record.loss : means.loss;
        record.penalty = means.penalty;
        record.gradient_norm = means.gradient_norm;
        record.seconds = seconds_since(start_);
        result_.record.push_back(record);
    }

    void save_checkpoint() const {
        if (options_.on_checkpoint) {
            options_.on_checkpoint(
                checkpoint_of({.identity = run_identity(start_shape_, sets_, options_),
                               .precision = options_.precision,
                               .keeps_best = options_.patience > 0},
                              state_, optimizer_->memory(), regularizer_->memory(), depth_.memory(),
                              result_.record));
        }
    }

    void resume(const Checkpoint& from) {
        require_same_identity(from, run_identity(start_shape_, sets_, options_), "checkpoint");
        require_fits(from, start_shape_, options_, batches_);
        set_depth(from.depth.depth);
        build();
        depth_.restore(from.depth);
        optimizer_->restore(
            {from.steps, from.mean.template cast<Scalar>(), from.squares.template cast<Scalar>()});
        regularizer_->restore(from.power_iteration.template cast<Scalar>());
        state_ = state_from<Scalar>(from);
        result_.record = from.record;
        first_epoch_ = state_.epoch;
        first_share_ = epochs_done(state_.batch) - static_cast<double>(state_.epoch);
    }

    Network network() const { return unflatten(shape_, state_.parameters.template cast<double>()); }

    NetworkShape start_shape_;
    NetworkShape shape_;  ///< with the depth of now.
    TrainingSets sets_;
    Dataset train_sample_;
    Dataset energy_sample_;  ///< of it.
    const TrainOptions& options_;
    Index batches_;
    std::optional<BackPropagation<Scalar>> gradient_;
    std::optional<Optimizer<Scalar>> optimizer_;
    std::optional<Regularizer<Scalar>> regularizer_;
    DepthRule depth_;

    TrainingState<Scalar> state_;
    TrainResult result_;

    Clock::time_point start_ = Clock::now();
    Clock::time_point epoch_start_ = start_;
    double stepping_seconds_ = 0.0;
    Index samples_done_ = 0;
    Index first_epoch_ = 0;     ///< where this run began or went on …
    double first_share_ = 0.0;  ///< … and how far in that epoch.
};

}  // namespace

std::string_view to_string(Precision precision) {
    return precision == Precision::Float32 ? "float32" : "float64";
}

std::string_view to_string(TrainOutcome outcome) {
    switch (outcome) {
        case TrainOutcome::Finished:
            return "finished";
        case TrainOutcome::EarlyStopped:
            return "early-stopped";
        case TrainOutcome::Interrupted:
            return "interrupted";
        case TrainOutcome::NonFinite:
            return "non-finite";
        case TrainOutcome::Diverged:
            return "diverged";
    }
    return "?";
}

const EpochRecord& TrainResult::of_network() const {
    return record[static_cast<std::size_t>(network_epoch)];
}

TrainResult train(const NetworkShape& shape, const TrainingSets& sets,
                  const TrainOptions& options) {
    validate(shape);
    check_fits(shape, sets.training);
    validate(options, shape, sets);
    for (const Dataset* more : {sets.held_out, sets.test}) {
        if (more != nullptr) {
            check_fits(shape, *more);
        }
    }
    return options.precision == Precision::Float32 ? TrainingRun<float>(shape, sets, options).go()
                                                   : TrainingRun<double>(shape, sets, options).go();
}

}  // namespace resdyn
