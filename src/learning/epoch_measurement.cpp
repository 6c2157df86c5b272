#include "epoch_measurement.hpp"

#include <cmath>

#include <resdyn/transient/energy.hpp>

namespace resdyn {

namespace {

double block_norm(const Network& network) {
    double squares = 0.0;
    if (const auto* residual = std::get_if<ResidualNetwork>(&network)) {
        for (const ResidualBlock& block : residual->blocks) {
            squares += block.W.squaredNorm() + (block.A ? block.A->squaredNorm() : 0.0);
        }
    } else {
        for (const LinearLayer& layer : std::get<Perceptron>(network).layers) {
            squares += layer.M.squaredNorm();
        }
    }
    return std::sqrt(squares);
}

}  // namespace

template <class Scalar>
EpochRecord measured_record(const NetworkShape& shape,
                            const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>& parameters,
                            const Dataset& train_sample, const Dataset& energy_sample,
                            const TrainingSets& sets, int threads) {
    const Evaluation on_train = evaluate<Scalar>(shape, parameters, train_sample, threads);
    EpochRecord record;
    record.depth = static_cast<double>(shape.depth);
    record.loss = on_train.loss;
    record.train_accuracy = on_train.accuracy;
    record.settle = on_train.settle;
    if (sets.held_out != nullptr) {
        const Evaluation held_out = evaluate<Scalar>(shape, parameters, *sets.held_out, threads);
        record.held_out_loss = held_out.loss;
        record.held_out_accuracy = held_out.accuracy;
    }
    if (sets.test != nullptr) {
        record.test_accuracy = evaluate<Scalar>(shape, parameters, *sets.test, threads).accuracy;
    }
    const Network now = unflatten(shape, parameters.template cast<double>());
    record.weight_norm = block_norm(now);
    if (const auto* residual = std::get_if<ResidualNetwork>(&now)) {
        const Matrix data = energy_sample.inputs.template cast<double>();
        const EnergyBudget budget = energy_budget(*residual, initial_activity(*residual, data));
        record.energy_work = budget.work.sum();
        record.energy_injection = budget.injection.sum();
    }
    return record;
}

template EpochRecord measured_record(const NetworkShape&, const Eigen::VectorXf&, const Dataset&,
                                     const Dataset&, const TrainingSets&, int);
template EpochRecord measured_record(const NetworkShape&, const Eigen::VectorXd&, const Dataset&,
                                     const Dataset&, const TrainingSets&, int);

}  // namespace resdyn
