#include <resdyn/studies/interactions.hpp>

namespace resdyn {

InteractionStudy study_interactions(const ResidualNetwork& network, const Dataset* data,
                                    const InteractionStudyOptions& options) {
    validate(network);
    AnalysisOptions with;
    with.structure = options.structure;
    with.checks = options.checks;
    with.checks.seed = options.seed;
    with.frustration = options.frustration;
    with.frustration.seed = options.seed;
    with.threads = options.threads;
    const Matrix x0 = data == nullptr ? Matrix(network.width(), 0)
                                      : initial_activity(network, data->inputs.cast<double>());
    InteractionStudy study;
    study.interaction = analyze_interaction(network, x0, with);
    study.activation = network.activation;
    study.step = network.step;
    study.W = residual_system(network).W();
    if (data != nullptr) {
        study.image_rows = data->image_rows;
        study.image_cols = data->image_cols;
    }
    return study;
}

}  // namespace resdyn
