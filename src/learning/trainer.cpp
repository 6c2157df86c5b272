#include <resdyn/learning/trainer.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/learning/gradient.hpp>

namespace resdyn {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void validate(const TrainOptions& options, Index samples) {
    if (options.epochs < 0) {
        reject_argument("epochs", "a whole number >= 0", fmt::format("{}", options.epochs));
    }
    if (options.batch < 1 || options.batch > samples) {
        reject_argument("batch", fmt::format("1 to {}, the number of samples", samples),
                        fmt::format("{}", options.batch));
    }
    if (!(options.learning_rate > 0) || !std::isfinite(options.learning_rate)) {
        reject_argument("learning rate", "a finite number > 0",
                        fmt::format("{}", options.learning_rate));
    }
    if (options.train_sample < 1) {
        reject_argument("train_sample", "a whole number >= 1",
                        fmt::format("{}", options.train_sample));
    }
    if (!(options.divergence_factor > 1)) {
        reject_argument("divergence_factor", "a number > 1",
                        fmt::format("{}", options.divergence_factor));
    }
}

double block_norm(const ResidualNetwork& network) {
    double squares = 0.0;
    for (const ResidualBlock& block : network.blocks) {
        squares += block.W.squaredNorm() + (block.A ? block.A->squaredNorm() : 0.0);
    }
    return std::sqrt(squares);
}

/// One run in one precision.
template <class Scalar>
class Run {
  public:
    Run(const NetworkShape& shape, const Dataset& training, const Dataset* test,
        const TrainOptions& options)
        : shape_(shape),
          training_(training),
          train_sample_(training.head(options.train_sample)),
          test_(test),
          options_(options),
          batches_((training.size() + options.batch - 1) / options.batch),
          gradient_(shape, options.batch, options.threads),
          parameters_(flatten(initial_network(shape, options.seed)).template cast<Scalar>()),
          adam_(parameters_.size(), options.adam, options.threads) {}

    TrainResult go() {
        Parameters good = parameters_;
        add_record(0, {});
        const double start_loss = result_.record.front().loss;
        const double chance = std::log(static_cast<double>(shape_.classes));
        const double limit = options_.divergence_factor * std::max(chance, start_loss);
        for (Index epoch = 1; epoch <= options_.epochs; ++epoch) {
            const EpochMeans means = run_epoch(epoch);
            if (result_.outcome == TrainOutcome::Finished && means.loss > limit) {
                result_.outcome = TrainOutcome::Diverged;
                result_.reason =
                    fmt::format("epoch {}: expected a mean loss of at most {:.4g}, got {:.4g}",
                                epoch, limit, means.loss);
            }
            if (result_.outcome != TrainOutcome::Finished) {
                parameters_ = good;
                break;
            }
            add_record(epoch, means);
            good = parameters_;
        }
        result_.network = network();
        result_.seconds = seconds_since(start_);
        if (stepping_seconds_ > 0) {
            result_.samples_per_second = static_cast<double>(samples_done_) / stepping_seconds_;
        }
        return std::move(result_);
    }

  private:
    using Parameters = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    /// Means over the batches of an epoch, weighted by their size (the last may be short).
    struct EpochMeans {
        double loss = 0.0;
        double gradient_norm = 0.0;
    };

    /// Stops early, with the outcome set, at a loss or gradient that is not finite.
    EpochMeans run_epoch(Index epoch) {
        constexpr std::uint64_t shuffle_streams = std::uint64_t{1} << 32;
        Random random(options_.seed, shuffle_streams + static_cast<std::uint64_t>(epoch));
        const std::vector<Index> order = random.permutation(training_.size());
        EpochMeans sums;
        Index done = 0;
        const Clock::time_point epoch_start = Clock::now();
        for (Index batch = 0; batch < batches_; ++batch) {
            const Index count = std::min(options_.batch, training_.size() - done);
            const BatchLoss loss =
                gradient_.run(parameters_, training_,
                              std::span(order).subspan(static_cast<std::size_t>(done),
                                                       static_cast<std::size_t>(count)));
            if (!loss.is_finite()) {
                result_.outcome = TrainOutcome::NonFinite;
                result_.reason = fmt::format(
                    "epoch {}, batch {}: expected a finite loss and gradient, got loss {:.4g}, "
                    "gradient norm {:.4g}",
                    epoch, batch + 1, loss.mean, loss.gradient_norm);
                break;
            }
            adam_.step(parameters_, gradient_.gradient(),
                       rate_at(options_.schedule, options_.learning_rate, result_.steps,
                               options_.epochs * batches_));
            ++result_.steps;
            done += count;
            sums.loss += loss.mean * static_cast<double>(count);
            sums.gradient_norm += loss.gradient_norm * static_cast<double>(count);
            if (options_.on_progress) {
                report(epoch, done, sums.loss, epoch_start);
            }
        }
        stepping_seconds_ += seconds_since(epoch_start);
        samples_done_ += done;
        const auto total = static_cast<double>(std::max<Index>(done, 1));
        return {sums.loss / total, sums.gradient_norm / total};
    }

    void report(Index epoch, Index done, double loss_sum, Clock::time_point epoch_start) const {
        const double share = static_cast<double>(done) / static_cast<double>(training_.size());
        options_.on_progress(
            {.epoch = epoch,
             .done = static_cast<double>(epoch - 1) + share,
             .loss = loss_sum / static_cast<double>(done),
             .samples_per_second = static_cast<double>(done) / seconds_since(epoch_start)});
    }

    void add_record(Index epoch, const EpochMeans& means) {
        const Evaluation on_train =
            evaluate<Scalar>(shape_, parameters_, train_sample_, options_.threads);
        EpochRecord record;
        record.epoch = epoch;
        record.loss = epoch == 0 ? on_train.loss : means.loss;
        record.gradient_norm = means.gradient_norm;
        record.train_accuracy = on_train.accuracy;
        record.settle = on_train.settle;
        if (test_ != nullptr) {
            record.test_accuracy =
                evaluate<Scalar>(shape_, parameters_, *test_, options_.threads).accuracy;
        }
        record.weight_norm = block_norm(network());
        record.seconds = seconds_since(start_);
        result_.record.push_back(record);
    }

    ResidualNetwork network() const {
        return unflatten(shape_, parameters_.template cast<double>());
    }

    NetworkShape shape_;
    const Dataset& training_;
    Dataset train_sample_;
    const Dataset* test_;
    const TrainOptions& options_;
    Index batches_;
    BackPropagation<Scalar> gradient_;
    Parameters parameters_;
    Adam<Scalar> adam_;
    TrainResult result_;
    Clock::time_point start_ = Clock::now();
    double stepping_seconds_ = 0.0;
    Index samples_done_ = 0;
};

}  // namespace

std::string_view to_string(Precision precision) {
    return precision == Precision::Float32 ? "float32" : "float64";
}

std::string_view to_string(TrainOutcome outcome) {
    switch (outcome) {
        case TrainOutcome::Finished:
            return "finished";
        case TrainOutcome::NonFinite:
            return "non-finite";
        case TrainOutcome::Diverged:
            return "diverged";
    }
    return "?";
}

TrainResult train(const NetworkShape& shape, const Dataset& training, const Dataset* test,
                  const TrainOptions& options) {
    validate(shape);
    check_fits(shape, training);
    validate(options, training.size());
    if (test != nullptr) {
        check_fits(shape, *test);
    }
    return options.precision == Precision::Float32
               ? Run<float>(shape, training, test, options).go()
               : Run<double>(shape, training, test, options).go();
}

}  // namespace resdyn
