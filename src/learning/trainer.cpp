#include <resdyn/learning/trainer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/learning/gradient.hpp>
#include <resdyn/transient/decision.hpp>

#include "depth_adjustment.hpp"
#include "epoch_measurement.hpp"
#include "run_identity.hpp"

namespace resdyn {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void need_at_least(const char* field, Index value, Index least) {
    if (value < least) {
        reject_argument(field, fmt::format("a whole number >= {}", least),
                        fmt::format("{}", value));
    }
}

void validate(const TrainOptions& options, const NetworkShape& shape, const TrainingSets& sets) {
    need_at_least("epochs", options.epochs, 0);
    need_at_least("patience", options.patience, 0);
    need_at_least("checkpoint_every", options.checkpoint_every, 0);
    need_at_least("train_sample", options.train_sample, 1);
    if (options.batch < 1 || options.batch > sets.training.size()) {
        reject_argument("batch",
                        fmt::format("1 to {}, the number of samples", sets.training.size()),
                        fmt::format("{}", options.batch));
    }
    validate(options.rate);
    validate(options.depth_rule, shape.depth, sets.held_out != nullptr);
    if (!(options.clip >= 0) || !std::isfinite(options.clip)) {
        reject_argument("clip", "a finite number >= 0", fmt::format("{}", options.clip));
    }
    if (options.patience > 0 && sets.held_out == nullptr) {
        reject_argument("patience", "held-out samples to judge by", "none");
    }
    if (!(options.divergence_factor > 1)) {
        reject_argument("divergence_factor", "a number > 1",
                        fmt::format("{}", options.divergence_factor));
    }
}

/// Held-out accuracy of always naming the most frequent class; 0 without held-out samples.
double share_of_most_frequent_class(const Dataset* data) {
    if (data == nullptr || data->size() == 0) {
        return 0.0;
    }
    Index most = 0;
    for (Index c = 0; c < data->classes; ++c) {
        most = std::max<Index>(most, (data->labels.array() == static_cast<int>(c)).count());
    }
    return static_cast<double>(most) / static_cast<double>(data->size());
}

/// One run in one precision.
template <class Scalar>
class Run {
  public:
    Run(const NetworkShape& shape, const TrainingSets& sets, const TrainOptions& options)
        : start_shape_(shape),
          shape_(shape),
          sets_(sets),
          train_sample_(sets.training.head(options.train_sample)),
          options_(options),
          batches_((sets.training.size() + options.batch - 1) / options.batch),
          depth_(options.depth_rule, shape.depth, share_of_most_frequent_class(sets.held_out)) {
        build();
    }

    TrainResult go() {
        if (options_.resume != nullptr) {
            resume(*options_.resume);
        } else {
            parameters_ = flatten(initial_network(shape_, options_.seed)).template cast<Scalar>();
            regularizer_->impose(parameters_);
            add_record({});
            whole_epoch_ = parameters_;
            best_ = parameters_;
            best_depth_ = shape_.depth;
        }
        if (options_.checkpoint_ends && options_.resume == nullptr) {
            save_checkpoint();
        }
        while (epoch_ < options_.epochs && result_.outcome == TrainOutcome::Finished) {
            run_epoch();
        }
        finish();
        return std::move(result_);
    }

  private:
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    /// Over the samples of the running epoch.
    struct Sums {
        double loss = 0.0;
        double penalty = 0.0;
        double gradient_norm = 0.0;
    };

    /// What depends on the shape, which changes with the depth. The power iteration of a spectral
    /// penalty starts anew.
    void build() {
        gradient_.emplace(shape_, options_.batch, options_.threads);
        optimizer_.emplace(ParameterLayout(shape_).size, options_.optimizer, options_.threads);
        regularizer_.emplace(shape_, options_.regularizer, options_.seed, options_.threads);
    }

    /// Goes on with the epoch epoch_ + 1 after its first batch_ batches, to its end or until
    /// something stops the run.
    void run_epoch() {
        constexpr std::uint64_t shuffle_streams = std::uint64_t{1} << 32;
        Random random(options_.seed, shuffle_streams + static_cast<std::uint64_t>(epoch_ + 1));
        const std::vector<Index> order = random.permutation(sets_.training.size());
        epoch_start_ = Clock::now();
        const Index first = batch_;
        while (batch_ < batches_ && result_.outcome == TrainOutcome::Finished) {
            run_batch(order);
            if (options_.stop_requested && result_.outcome == TrainOutcome::Finished &&
                options_.stop_requested()) {
                result_.outcome = TrainOutcome::Interrupted;
                result_.reason = fmt::format("stopped in epoch {} after batch {} of {}", epoch_ + 1,
                                             batch_, batches_);
            }
        }
        stepping_seconds_ += seconds_since(epoch_start_);
        samples_done_ +=
            std::min(batch_ * options_.batch, sets_.training.size()) - first * options_.batch;
        if (result_.outcome == TrainOutcome::Interrupted) {
            save_checkpoint();
        } else if (result_.outcome == TrainOutcome::Finished) {
            close_epoch();
        }
    }

    void run_batch(const std::vector<Index>& order) {
        const Index begin = batch_ * options_.batch;
        const Index count = std::min(options_.batch, sets_.training.size() - begin);
        BatchLoss loss = gradient_->run(parameters_, sets_.training,
                                        std::span(order).subspan(static_cast<std::size_t>(begin),
                                                                 static_cast<std::size_t>(count)));
        double penalty = 0.0;
        if (regularizer_->is_active()) {
            penalty = regularizer_->adjust(parameters_, gradient_->gradient());
            loss.gradient_norm = static_cast<double>(gradient_->gradient().norm());
        }
        if (!loss.is_finite() || !std::isfinite(penalty)) {
            result_.outcome = TrainOutcome::NonFinite;
            result_.reason = fmt::format(
                "epoch {}, batch {}: expected a finite loss and gradient, got loss {:.4g}, "
                "gradient norm {:.4g}",
                epoch_ + 1, batch_ + 1, loss.mean, loss.gradient_norm);
            return;
        }
        const double rate = rate_at(options_.rate, epochs_done(batch_), options_.epochs);
        const bool clipped = options_.clip > 0 && loss.gradient_norm > options_.clip;
        regularizer_->decay(parameters_, rate);
        optimizer_->step(parameters_, gradient_->gradient(), rate,
                         clipped ? options_.clip / loss.gradient_norm : 1.0);
        ++batch_;
        sums_.loss += loss.mean * static_cast<double>(count);
        sums_.penalty += penalty * static_cast<double>(count);
        sums_.gradient_norm += loss.gradient_norm * static_cast<double>(count);
        if (options_.on_progress) {
            report(std::min(begin + count, sets_.training.size()));
        }
    }

    /// Epochs behind the run after so many batches of the running one.
    double epochs_done(Index batch) const {
        return static_cast<double>(epoch_) +
               static_cast<double>(batch) / static_cast<double>(batches_);
    }

    void close_epoch() {
        if (!parameters_.allFinite()) {
            result_.outcome = TrainOutcome::NonFinite;
            result_.reason = fmt::format(
                "epoch {}: expected finite parameters after the last step, got NaN or infinity",
                epoch_ + 1);
            return;
        }
        const auto samples = static_cast<double>(sets_.training.size());
        const Sums means{sums_.loss / samples, sums_.penalty / samples,
                         sums_.gradient_norm / samples};
        const double chance = std::log(static_cast<double>(shape_.classes));
        const double limit =
            options_.divergence_factor * std::max(chance, result_.record.front().loss);
        if (means.loss > limit) {
            result_.outcome = TrainOutcome::Diverged;
            result_.reason =
                fmt::format("epoch {}: expected a mean loss of at most {:.4g}, got {:.4g}",
                            epoch_ + 1, limit, means.loss);
            return;
        }
        ++epoch_;
        batch_ = 0;
        sums_ = {};
        add_record(means);
        close_depth();
        whole_epoch_ = parameters_;
        if (options_.checkpoint_every > 0 && epoch_ % options_.checkpoint_every == 0 &&
            epoch_ < options_.epochs && result_.outcome == TrainOutcome::Finished) {
            save_checkpoint();
        } else if (options_.checkpoint_ends && epoch_ == options_.epochs) {
            save_checkpoint();
        }
    }

    /// Early stopping and the rule of the depth. A network whose depth waits for its judgement is
    /// no candidate for the best.
    void close_depth() {
        DepthDecision decision{DepthChange::Kept, shape_.depth, false};
        if (depth_.is_check(epoch_, options_.epochs)) {
            EpochRecord& line = result_.record.back();
            const DepthRuleOptions& rule = options_.depth_rule;
            const std::vector<double> changes = residual_changes(
                network(), train_sample_.inputs, rule.norm, rule.reduction, options_.threads);
            DepthCheck check{epoch_, options_.epochs, changes, line.held_out_accuracy, {}};
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
            put_back(depth_.memory().fallback_depth, fallback_);
            fallback_ = {};
        } else if (options_.patience > 0 && !waits) {
            judge_held_out();
        }
        if (decision.change == DepthChange::Cut || decision.change == DepthChange::Grown) {
            fallback_ = {parameters_, optimizer_->memory().mean, optimizer_->memory().squares};
            put_back(decision.depth, with_depth(shape_, fallback_, decision.depth));
        } else if (decision.accepted) {
            fallback_ = {};
        }
    }

    /// Of the read-out after every layer, n = 0 … L.
    std::vector<double> held_out_accuracies() const {
        const DecisionReport report =
            decisions(network(), sets_.held_out->inputs, sets_.held_out->labels, options_.threads);
        std::vector<double> accuracies;
        for (const Proportion& accuracy : report.accuracy) {
            accuracies.push_back(accuracy.value);
        }
        return accuracies;
    }

    /// Goes on from these vectors, which are of a network of `depth` layers.
    void put_back(Index depth, const TrainingVectors<Scalar>& vectors) {
        const Index steps = optimizer_->memory().steps;
        shape_.depth = depth;
        build();
        optimizer_->restore({steps, vectors.mean, vectors.squares});
        parameters_ = vectors.parameters;
    }

    void judge_held_out() {
        const double smallest = result_.record[static_cast<std::size_t>(best_epoch_)].held_out_loss;
        if (result_.record.back().held_out_loss < smallest) {
            best_ = parameters_;
            best_epoch_ = epoch_;
            best_depth_ = shape_.depth;
        } else if (epoch_ - best_epoch_ >= options_.patience) {
            result_.outcome = TrainOutcome::EarlyStopped;
            result_.reason = fmt::format(
                "the held-out loss has not fallen below {:.4g} (epoch {}) for {} epochs", smallest,
                best_epoch_, options_.patience);
        }
    }

    void finish() {
        result_.network_epoch = epoch_;
        const bool went_wrong =
            result_.outcome == TrainOutcome::NonFinite || result_.outcome == TrainOutcome::Diverged;
        if (result_.outcome != TrainOutcome::Interrupted && !result_.record.empty() &&
            result_.record.back().depth_change == static_cast<double>(DepthChange::Undone)) {
            result_.network_epoch = depth_.memory().fallback_epoch;
        }
        if (went_wrong && depth_.memory().pending) {
            // The change of depth was not judged: back to before it.
            shape_.depth = depth_.memory().fallback_depth;
            parameters_ = fallback_.parameters;
            result_.network_epoch = depth_.memory().fallback_epoch;
        } else if (went_wrong) {
            parameters_ = whole_epoch_;
        } else if (options_.patience > 0 && result_.outcome != TrainOutcome::Interrupted) {
            shape_.depth = best_depth_;
            parameters_ = best_;
            result_.network_epoch = best_epoch_;
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
        const double epochs = static_cast<double>(epoch_ - first_epoch_) + share - first_share_;
        options_.on_progress(
            {.epoch = epoch_ + 1,
             .done = static_cast<double>(epoch_) + share,
             .loss = sums_.loss / static_cast<double>(done_in_epoch),
             .samples_per_second =
                 epochs * static_cast<double>(sets_.training.size()) / std::max(seconds, 1e-9)});
    }

    void add_record(const Sums& means) {
        EpochRecord record =
            measured_record<Scalar>(shape_, parameters_, train_sample_, sets_, options_.threads);
        record.epoch = epoch_;
        record.learning_rate = rate_at(options_.rate, static_cast<double>(epoch_),
                                       std::max<Index>(options_.epochs, 1));
        record.loss = epoch_ == 0 ? record.loss : means.loss;
        record.penalty = means.penalty;
        record.gradient_norm = means.gradient_norm;
        record.seconds = seconds_since(start_);
        result_.record.push_back(record);
    }

    void save_checkpoint() const {
        if (!options_.on_checkpoint) {
            return;
        }
        const auto exact = [](const Parameters& vector) {
            return Vector(vector.template cast<double>());
        };
        Checkpoint checkpoint;
        checkpoint.identity = run_identity(start_shape_, sets_, options_);
        checkpoint.type =
            options_.precision == Precision::Float32 ? TensorType::F32 : TensorType::F64;
        checkpoint.epoch = epoch_;
        checkpoint.batch = batch_;
        checkpoint.steps = optimizer_->memory().steps;
        checkpoint.best_epoch = best_epoch_;
        checkpoint.best_depth = best_depth_;
        checkpoint.depth = depth_.memory();
        checkpoint.loss_sum = sums_.loss;
        checkpoint.penalty_sum = sums_.penalty;
        checkpoint.gradient_norm_sum = sums_.gradient_norm;
        checkpoint.parameters = exact(parameters_);
        checkpoint.whole_epoch = exact(whole_epoch_);
        checkpoint.best = options_.patience > 0 ? exact(best_) : Vector();
        checkpoint.mean = exact(optimizer_->memory().mean);
        checkpoint.squares = exact(optimizer_->memory().squares);
        checkpoint.fallback = exact(fallback_.parameters);
        checkpoint.fallback_mean = exact(fallback_.mean);
        checkpoint.fallback_squares = exact(fallback_.squares);
        checkpoint.power_iteration = exact(regularizer_->memory());
        checkpoint.record = result_.record;
        options_.on_checkpoint(checkpoint);
    }

    void resume(const Checkpoint& from) {
        require_same_identity(from, run_identity(start_shape_, sets_, options_), "checkpoint");
        const auto need = [](bool holds, const char* what) {
            if (!holds) {
                reject_input("checkpoint", fmt::format("{} of this run's size", what), "another");
            }
        };
        const DepthRuleOptions& rule = options_.depth_rule;
        const Index deepest = std::max(start_shape_.depth, rule.enabled ? rule.max_depth : 0);
        const auto size_at = [&](Index depth) {
            need(depth >= 1 && depth <= deepest, "depth");
            NetworkShape shape = start_shape_;
            shape.depth = depth;
            return ParameterLayout(shape).size;
        };
        const Index size = size_at(from.depth.depth);
        const Index fallback = from.depth.pending ? size_at(from.depth.fallback_depth) : 0;
        need(from.fallback.size() == fallback, "fallback");
        // The optimiser's memory then is as long as the parameters, where it has one at all.
        need(from.fallback_mean.size() == (from.mean.size() > 0 ? fallback : 0), "fallback_mean");
        need(from.fallback_squares.size() == (from.squares.size() > 0 ? fallback : 0),
             "fallback_squares");
        need(from.depth.fallback_epoch >= 0 && from.depth.fallback_epoch <= from.epoch,
             "fallback_epoch");
        shape_.depth = from.depth.depth;
        build();
        depth_.restore(from.depth);
        need(from.parameters.size() == size, "parameters");
        need(from.whole_epoch.size() == size, "whole_epoch");
        need(from.best.size() == (options_.patience > 0 ? size_at(from.best_depth) : 0), "best");
        need(from.epoch >= 0 && from.epoch < options_.epochs, "epoch");
        need(from.batch >= 0 && from.batch <= batches_, "batch");
        need(from.best_epoch >= 0 && from.best_epoch <= from.epoch, "best_epoch");
        need(static_cast<Index>(from.record.size()) == from.epoch + 1, "record");
        const auto back = [](const Vector& vector) {
            return Parameters(vector.template cast<Scalar>());
        };
        optimizer_->restore({from.steps, back(from.mean), back(from.squares)});
        regularizer_->restore(back(from.power_iteration));
        parameters_ = back(from.parameters);
        whole_epoch_ = back(from.whole_epoch);
        best_ = back(from.best);
        best_depth_ = from.best_depth;
        fallback_ = {back(from.fallback), back(from.fallback_mean), back(from.fallback_squares)};
        epoch_ = from.epoch;
        batch_ = from.batch;
        best_epoch_ = from.best_epoch;
        sums_ = {from.loss_sum, from.penalty_sum, from.gradient_norm_sum};
        result_.record = from.record;
        first_epoch_ = epoch_;
        first_share_ = epochs_done(batch_) - static_cast<double>(epoch_);
    }

    Network network() const { return unflatten(shape_, parameters_.template cast<double>()); }

    NetworkShape start_shape_;
    NetworkShape shape_;  ///< with the depth of now.
    TrainingSets sets_;
    Dataset train_sample_;
    const TrainOptions& options_;
    Index batches_;
    std::optional<BackPropagation<Scalar>> gradient_;
    std::optional<Optimizer<Scalar>> optimizer_;
    std::optional<Regularizer<Scalar>> regularizer_;
    DepthRule depth_;

    Parameters parameters_;
    Parameters whole_epoch_;  ///< after the last whole epoch.
    Parameters best_;         ///< of best_epoch_.
    Index epoch_ = 0;         ///< whole epochs done.
    Index batch_ = 0;         ///< batches done in the next one.
    Index best_epoch_ = 0;
    Index best_depth_ = 0;
    TrainingVectors<Scalar> fallback_;  ///< before a change of depth that is not judged yet.
    Sums sums_;
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
    return options.precision == Precision::Float32 ? Run<float>(shape, sets, options).go()
                                                   : Run<double>(shape, sets, options).go();
}

}  // namespace resdyn
