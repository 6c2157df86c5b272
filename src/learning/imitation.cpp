#include <resdyn/learning/imitation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/learning/gradient.hpp>
#include <resdyn/transient/agreement.hpp>

namespace resdyn {

namespace {

using Parameters = Eigen::VectorXf;

void validate(const ImitationOptions& options) {
    require_at_least("hidden_units", options.hidden_units, 1);
    require_at_least("depth", options.depth, 0);
    require_at_least("epochs", options.epochs, 0);
    require_at_least("batch", options.batch, 1);
    require_at_least("way_sample", options.way_sample, 1);
    validate(options.rate);
}

/// What the imitation begins with: random blocks, and of the original what it can share.
ResidualNetwork beginning(const Network& original, const NetworkShape& shape, std::uint64_t seed) {
    auto network = std::get<ResidualNetwork>(initial_network(shape, seed));
    std::visit([&](const auto& from) { network.input = from.input; }, original);
    if (const auto* residual = std::get_if<ResidualNetwork>(&original)) {
        network.readout = residual->readout;
    }
    return network;
}

/// One run.
class ImitationRun {
  public:
    ImitationRun(const Network& original, const NetworkShape& shape, const ImitationLoss& loss,
                 const Dataset& data, const ImitationOptions& options)
        : shape_(shape),
          layout_(shape),
          data_(data),
          options_(options),
          batch_(std::min(options.batch, data.size())),
          gradient_(shape, loss, batch_, options.threads),
          optimizer_(layout_.size, {}, options.threads),
          parameters_(flatten(beginning(original, shape, options.seed)).cast<float>()),
          whole_epoch_(parameters_) {}

    Imitation go() {
        while (epoch_ < options_.epochs && result_.outcome == TrainOutcome::Finished) {
            run_epoch();
        }
        const Parameters& end =
            result_.outcome == TrainOutcome::NonFinite ? whole_epoch_ : parameters_;
        result_.network = std::get<ResidualNetwork>(unflatten(shape_, end.cast<double>()));
        result_.samples = data_.size();
        result_.steps = optimizer_.memory().steps;
        result_.seconds = seconds();
        return std::move(result_);
    }

  private:
    using Clock = std::chrono::steady_clock;

    double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

    void run_epoch() {
        // Streams of the order of samples, apart from that of the initial weights.
        constexpr std::uint64_t order_streams = std::uint64_t{1} << 32;
        Random random(options_.seed, order_streams + static_cast<std::uint64_t>(epoch_ + 1));
        const std::vector<Index> order = random.permutation(data_.size());
        ImitationEpoch line{.epoch = epoch_ + 1};
        const auto samples = static_cast<double>(data_.size());
        for (Index begin = 0; begin < data_.size(); begin += batch_) {
            const Index count = std::min(batch_, data_.size() - begin);
            const BatchLoss loss =
                gradient_.run(parameters_, data_,
                              std::span(order).subspan(static_cast<std::size_t>(begin),
                                                       static_cast<std::size_t>(count)));
            if (!loss.is_finite()) {
                result_.outcome = TrainOutcome::NonFinite;
                result_.reason = fmt::format(
                    "epoch {}: expected a finite loss and gradient, got loss {:.4g}, gradient "
                    "norm {:.4g}",
                    line.epoch, loss.mean, loss.gradient_norm);
                return;
            }
            step(static_cast<double>(begin) / samples);
            const double share = static_cast<double>(count) / samples;
            line.loss += loss.mean * share;
            line.gradient_norm += loss.gradient_norm * share;
            line.agreement += static_cast<double>(loss.correct) / samples;
            report(line, begin + count);
            if (options_.stop_requested && options_.stop_requested()) {
                result_.outcome = TrainOutcome::Interrupted;
                result_.reason = fmt::format("stopped in epoch {}", line.epoch);
                return;
            }
        }
        if (!parameters_.allFinite()) {
            result_.outcome = TrainOutcome::NonFinite;
            result_.reason =
                fmt::format("epoch {}: expected finite parameters, got others", line.epoch);
            return;
        }
        ++epoch_;
        whole_epoch_ = parameters_;
        result_.record.push_back(line);
    }

    void step(double share) {
        if (shape_.has_input_layer()) {
            // U and e stay those of the original: what enters is then the same.
            gradient_.gradient().tail(layout_.size - layout_.U).setZero();
        }
        const double rate =
            rate_at(options_.rate, static_cast<double>(epoch_) + share, options_.epochs);
        optimizer_.step(parameters_, gradient_.gradient(), rate);
    }

    void report(const ImitationEpoch& line, Index done) const {
        if (options_.on_progress) {
            const double share = static_cast<double>(done) / static_cast<double>(data_.size());
            const double epochs = static_cast<double>(epoch_) + share;
            options_.on_progress({.epoch = line.epoch,
                                  .done = epochs,
                                  .loss = line.loss / share,
                                  .samples_per_second = epochs * static_cast<double>(data_.size()) /
                                                        std::max(seconds(), 1e-9)});
        }
    }

    NetworkShape shape_;
    ParameterLayout layout_;
    const Dataset& data_;
    const ImitationOptions& options_;
    Index batch_;
    BackPropagation<float> gradient_;
    Optimizer<float> optimizer_;
    Parameters parameters_;
    Parameters whole_epoch_;
    Index epoch_ = 0;
    Imitation result_;
    Clock::time_point start_ = Clock::now();
};

}  // namespace

void validate(const ImitationLoss& loss, const NetworkShape& imitation) {
    validate(imitation);
    const NetworkShape original = shape_of(loss.original);
    require("temperature", loss.temperature > 0 && std::isfinite(loss.temperature),
            "a finite number > 0", loss.temperature);
    require("state_weight", loss.state_weight >= 0 && std::isfinite(loss.state_weight),
            "a finite number >= 0", loss.state_weight);
    require("way", loss.way > 0 && std::isfinite(loss.way), "a finite number > 0", loss.way);
    if (original.data_width() != imitation.data_width() || original.classes != imitation.classes) {
        reject_argument("imitation",
                        fmt::format("data of width {} and {} classes, as the original",
                                    original.data_width(), original.classes),
                        fmt::format("{} and {}", imitation.data_width(), imitation.classes));
    }
}

ImitationOptions usual_imitation(bool builtin) {
    ImitationOptions options;
    if (builtin) {
        options.epochs = 100;
        options.rate.rate = 0.02;
    }
    return options;
}

NetworkShape imitation_shape(const Network& original, const ImitationOptions& options) {
    validate(options);
    NetworkShape shape = shape_of(original);
    const double way = shape.step * static_cast<double>(shape.depth);
    const bool perceptron = shape.kind == NetworkKind::Perceptron;
    shape.kind = NetworkKind::Residual;
    shape.activation = options.activation.value_or(shape.activation);
    shape.depth = options.depth > 0 ? options.depth : shape.depth;
    shape.step = perceptron ? 1.0 : way / static_cast<double>(shape.depth);
    shape.hidden_width = options.hidden_units;
    shape.shared_weights = true;
    return shape;
}

Imitation imitate(const Network& original, const Dataset& data, const ImitationOptions& options) {
    const NetworkShape shape = imitation_shape(original, options);
    check_fits(shape_of(original), data);
    const std::vector<LayerPair> pairs = matched_layers(shape_of(original), shape);
    ImitationLoss loss{.original = original,
                       .temperature = options.temperature,
                       .state_weight = options.state_weight};
    const Dataset some = data.draw(options.way_sample, options.seed);
    const double way = root_mean_square_way(original, some.inputs, options.threads);
    if (!std::isfinite(way)) {
        reject_input(data.name, "inputs that the original takes to finite states (in float32)",
                     "NaN or infinity");
    }
    loss.way = way > 0 ? way : 1.0;  // an original that does not move is its own scale
    Imitation result = ImitationRun(original, shape, loss, data, options).go();
    result.matched_layers = options.state_weight > 0 ? static_cast<Index>(pairs.size()) : 0;
    return result;
}

}  // namespace resdyn
