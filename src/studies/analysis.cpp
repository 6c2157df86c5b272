#include <resdyn/studies/analysis.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/settling/seeds.hpp>

#include "core/stratified_sample.hpp"

namespace resdyn {

namespace {

constexpr Index searched_unasked = 8;  // units, for cycles

/// What holds of all layers.
SystemReport describe_network(const ResidualNetwork& network) {
    SystemReport report;
    report.activation = network.activation;
    report.step = network.step;
    report.depth = network.depth;
    report.width = network.width();
    report.hidden_width = network.hidden_width();
    report.range = levels(network.activation);
    return report;
}

SystemReport describe_system(const ResidualNetwork& network, const ResidualSystem& system,
                             const AnalysisOptions& options) {
    SystemReport report = describe_network(network);
    report.rank = rank_report(system.W());
    report.frobenius_norm = system.W().norm();
    const auto apply = [&system](const Vector& v) { return Vector(system.W() * v); };
    const Index count = std::min(options.leading, system.dimension());
    report.leading_eigenvalues = leading_spectrum(system.dimension(), apply, {.count = count});
    const LeadingSpectrum by_modulus = leading_spectrum(
        system.dimension(), apply, {.count = 1, .leading = Leading::LargestModulus});
    if (by_modulus.status != SpectrumStatus::NotConverged) {
        report.spectral_radius = std::abs(by_modulus.values.front());
        report.spectral_radius_residual = by_modulus.residuals.front();
    }
    return report;
}

/// max |ℓᵀ(u_L − u_0)| over left null vectors and samples.
double invariant_drift(const ResidualNetwork& network, const SystemReport& system,
                       const Matrix& x0) {
    if (system.rank.left_null_vectors.cols() == 0 || network.depth < 2) {
        return -1.0;
    }
    const LayerStates states = run_layers(network, x0);
    return (system.rank.left_null_vectors.transpose() * (states.u.back() - states.u.front()))
        .cwiseAbs()
        .maxCoeff();
}

/// The samples of the data's source that these columns are.
std::vector<Index> sources_of(const Dataset& data, const std::vector<Index>& columns) {
    std::vector<Index> sources;
    for (const Index column : columns) {
        sources.push_back(data.source_of(column));
    }
    return sources;
}

std::vector<GroupClasses> classes_of_groups(const SettleResult& settled, Index classes,
                                            const Eigen::VectorXi& labels) {
    std::vector<std::vector<Index>> members;
    for (const SettledGroup& group : settled.groups) {
        members.push_back(group.members);
    }
    return contingency(members, labels, classes).groups;
}

InteractionAnalysis interaction_of(const ResidualNetwork& network, const ResidualSystem& system,
                                   const RankReport& rank, const Matrix& x0,
                                   const AnalysisOptions& options) {
    InteractionAnalysis result;
    result.pairs = interaction_report(system.W());
    result.components = strongly_connected_components(system.W());
    result.frustration = frustration(system.W(), options.frustration);
    result.structure = structure_report(system, result.pairs, rank, options.structure);
    CheckOptions checks = options.checks;
    checks.threads = options.threads;
    result.checks = check_structure(system, result.structure, checks);
    const StructureReport& structure = result.structure;
    result.energy_weights = structure[Structure::Conservative].holds() ? structure.conservative.p
                            : structure[Structure::Dissipative].holds()
                                ? structure.dissipative.p
                                : Vector(Vector::Ones(system.dimension()));
    if (x0.cols() > 0) {
        const LayerStates states = run_layers(network, x0);
        std::vector<double> t;
        for (Index n = 0; n < network.depth; ++n) {
            t.push_back(static_cast<double>(n) * network.step);
        }
        result.effective = effective_interaction(system.W(), network.activation, t, states.u);
        result.energy = energy_budget(network, x0, result.energy_weights);
    }
    return result;
}

/// Two units: all of the square. More: the plane of the data's first two principal components,
/// with the equilibria that are known.
std::optional<PhasePortrait> portrait_of(const ResidualNetwork& network,
                                         const ResidualSystem& system, const Matrix& x0,
                                         const Dataset* data, const Analysis& analysis,
                                         const AnalysisOptions& options) {
    const auto draw = [&](Index count) {
        return data != nullptr ? stratified_sample(data->labels, count, options.seed)
                               : std::vector<Index>{};
    };
    const std::vector<Index> drawn = draw(options.portrait_samples);
    const Matrix starts = initial_preactivation(network, x0(Eigen::all, drawn));
    const Eigen::VectorXi labels =
        data != nullptr ? Eigen::VectorXi(data->labels(drawn)) : Eigen::VectorXi();
    PortraitOptions portrait_options{.complete_up_to = options.complete_up_to,
                                     .threads = options.threads};
    if (system.dimension() == 2) {
        PhasePortrait portrait =
            phase_portrait(system, starts, labels, network.depth, portrait_options);
        const StateSpace space(system, Coordinate::Residual);
        portrait.layer_cycles = layer_cycles(space, unit_slice(space, 0, 1, Vector::Zero(2)),
                                             first_points(portrait), {.threads = options.threads});
        return portrait;
    }
    const Matrix u0 = initial_preactivation(network, x0(Eigen::all, draw(options.settle_samples)));
    const StateSpace space(system, Coordinate::Residual);
    Matrix y0(u0.rows(), u0.cols());
    for (Index k = 0; k < u0.cols(); ++k) {
        y0.col(k) = space.state(u0.col(k));
    }
    if (system.dimension() < 2 || !span_plane(y0)) {
        return std::nullopt;
    }
    std::vector<Equilibrium> known;
    if (analysis.settled) {
        for (const SettledGroup& group : analysis.settled->groups) {
            known.push_back(group.equilibrium);
        }
    }
    return phase_portrait(space, principal_slice(space, y0), starts, labels, network.depth,
                          portrait_options, known);
}

void check_fit(const ResidualNetwork& network, const Dataset& data) {
    if (data.width() != network.input_width()) {
        reject_argument(data.name, fmt::format("samples of width {}", network.input_width()),
                        fmt::format("{}", data.width()));
    }
    if (network.has_readout() && data.classes > network.classes()) {
        reject_argument(data.name, fmt::format("at most {} classes", network.classes()),
                        fmt::format("{}", data.classes));
    }
}

/// The network against the flow through its layers.
void add_flow(const ResidualNetwork& network, const Dataset& data, const Matrix& x0,
              const AnalysisOptions& options, Analysis& analysis) {
    const std::vector<Index> in_flow =
        stratified_sample(data.labels, options.flow_samples, options.seed);
    analysis.flow_samples = sources_of(data, in_flow);
    analysis.discretisation =
        compare_with_flow(network, x0(Eigen::all, in_flow), {.threads = options.threads});
    analysis.fidelity =
        flow_fidelity(network, *analysis.discretisation, Eigen::VectorXi(data.labels(in_flow)));
}

/// What the network does with its inputs, and how it comes to its decisions.
void add_decisions(const ResidualNetwork& network, const Dataset& data, const Matrix& x0,
                   const AnalysisOptions& options, Analysis& analysis) {
    stop_if_interrupted("analyze");
    if (orientation_size(network) <= cheap_orientation_size) {
        const std::vector<Index> drawn =
            stratified_sample(data.labels, energy_samples, options.seed);
        analysis.orientation = layer_orientation(network, x0(Eigen::all, drawn), options.threads);
    }
    BehaviourOptions behaviour_options = options.behaviour;
    behaviour_options.threads = options.threads;
    behaviour_options.seed = options.seed;
    analysis.behaviour = behaviour(network, data, behaviour_options);
    stop_if_interrupted("analyze");
    if (network.has_readout()) {
        analysis.evidence = evidence_ledger(network, x0, data.labels);
        if (data.width() == 2 && x0.cols() > 0) {
            const Index shown = std::min(options.map_samples, x0.cols());
            analysis.decision_map =
                decision_map(network, data.inputs.leftCols(shown).cast<double>(),
                             data.labels.head(shown), {.points = 81, .threads = options.threads});
        }
    }
}

/// What never rests, on the faces that can attract, as far as the work for it goes.
void add_cycles(const ResidualNetwork& network, Index dimension, const AnalysisOptions& options,
                Analysis& analysis) {
    if (options.cycle_seconds == 0) {
        return;
    }
    if (dimension > searched_unasked) {
        analysis.notes.push_back(fmt::format(
            "Cycles, tori and chaos were not searched: N = {} is beyond what is searched unasked "
            "(N <= {}); see resdyn cycles.",
            dimension, searched_unasked));
        return;
    }
    CycleStudyOptions with;
    with.search.max_seconds = options.cycle_seconds;
    with.search.seed = options.seed;
    with.search.threads = options.threads;
    analysis.cycles = study_cycles(network, with);
    if (analysis.cycles->cycles.faces_not_searched > 0) {
        analysis.notes.push_back(fmt::format(
            "Cycles, tori and chaos were searched on {} of the {} faces with free units that can "
            "attract: the others are beyond the work allowed (--cycle-time {:g}).",
            analysis.cycles->cycles.faces_searched,
            analysis.cycles->cycles.faces_searched + analysis.cycles->cycles.faces_not_searched,
            options.cycle_seconds));
    }
}

void note_no_data(Analysis& analysis) {
    analysis.notes.emplace_back(
        "No data were given: flow against network, resting places of inputs and the evidence "
        "ledger were not computed.");
}

void note_classes(const ResidualNetwork& network, const Dataset& data, Analysis& analysis) {
    for (const std::string& remark :
         class_remarks(data, network.has_readout() ? network.classes() : 0)) {
        analysis.notes.push_back(remark);
    }
}

/// A network whose weights differ by layer.
Analysis analyze_own_weights(const ResidualNetwork& network, const Dataset* data,
                             const AnalysisOptions& options) {
    Analysis analysis;
    analysis.system = describe_network(network);
    LayerwiseOptions with = options.layerwise;
    with.leading = options.leading;
    with.frustration = options.frustration;
    with.seed = options.seed;
    with.threads = options.threads;
    analysis.layerwise = analyze_layers(network, data, with);
    analysis.notes.emplace_back(
        "The weights differ by layer, so there is no one residual system: the layers were taken "
        "one by one, frozen, and one after another. Equilibria, portraits and structure of layer K "
        "come with --layer K.");
    if (network.block(0).A) {
        analysis.notes.emplace_back(
            "Hidden units of two-matrix blocks have no identity from layer to layer: pairs, camps "
            "and patterns were not followed across layers, and the fields of units "
            "(unit_fields.csv) are those of layer 0.");
    }
    if (data == nullptr) {
        note_no_data(analysis);
        return analysis;
    }
    note_classes(network, *data, analysis);
    const Matrix x0 = initial_activity(network, data->inputs.cast<double>());
    stop_if_interrupted("analyze");
    add_flow(network, *data, x0, options, analysis);
    add_decisions(network, *data, x0, options, analysis);
    return analysis;
}

}  // namespace

bool InteractionAnalysis::failed() const {
    return std::any_of(checks.begin(), checks.end(),
                       [](const StructureCheck& check) { return check.failed(); }) ||
           (energy && !energy->balances());
}

InteractionAnalysis analyze_interaction(const ResidualNetwork& network, const Matrix& x0,
                                        const AnalysisOptions& options) {
    validate(network);
    const ResidualSystem system = residual_system(network);
    return interaction_of(network, system, rank_report(system.W()), x0, options);
}

std::string_view to_string(EquilibriaSource method) {
    switch (method) {
        case EquilibriaSource::Complete:
            return "complete";
        case EquilibriaSource::Cones:
            return "cones";
        case EquilibriaSource::FromData:
            return "from_data";
        case EquilibriaSource::NotAvailable:
            return "not_available";
    }
    return "unknown";
}

Analysis analyze(const ResidualNetwork& network, const Dataset* data,
                 const AnalysisOptions& options) {
    validate(network);
    require("cycle_seconds", options.cycle_seconds >= 0, "a number >= 0", options.cycle_seconds);
    if (data != nullptr) {
        check_fit(network, *data);
    }
    if (!network.has_shared_weights()) {
        return analyze_own_weights(network, data, options);
    }
    const ResidualSystem system = residual_system(network);
    const Matrix x0 = data != nullptr ? initial_activity(network, data->inputs.cast<double>())
                                      : Matrix(network.width(), 0);
    Analysis analysis;
    analysis.system = describe_system(network, system, options);
    analysis.interaction = interaction_of(network, system, analysis.system.rank, x0, options);

    stop_if_interrupted("analyze");
    const bool small = system.dimension() <= options.complete_up_to;
    if (!is_bounded(system.activation()) && small) {
        analysis.cones = equilibrium_cones(system, options.complete_up_to, options.threads);
        analysis.equilibria_method = EquilibriaSource::Cones;
    } else if (!is_bounded(system.activation())) {
        analysis.notes.push_back(fmt::format(
            "Equilibria were not searched: N = {} is beyond the enumeration of supports (N <= {}), "
            "and residuals of {} are unbounded.",
            system.dimension(), options.complete_up_to, to_string(system.activation())));
    } else if (small) {
        analysis.atlas = equilibrium_atlas(
            system,
            {.max_dimension = options.complete_up_to, .origin = true, .threads = options.threads});
        analysis.equilibria_method = EquilibriaSource::Complete;
        analysis.clocks = listed_clocks(system, analysis.atlas->equilibria, options.threads);
        if (system.dimension() >= 2 && system.dimension() <= options.recurrence_up_to) {
            analysis.recurrence = recurrent_motion(system, {.threads = options.threads});
        }
    } else if (data == nullptr) {
        analysis.notes.push_back(fmt::format(
            "Equilibria were not searched: N = {} is beyond complete enumeration (N <= {}), and "
            "there are no data to start from.",
            system.dimension(), options.complete_up_to));
    }

    stop_if_interrupted("analyze");
    if (is_bounded(system.activation())) {
        add_cycles(network, system.dimension(), options, analysis);
    }
    stop_if_interrupted("analyze");
    if (data == nullptr) {
        note_no_data(analysis);
    } else {
        constexpr Index drift_samples = 64;
        const auto draw = [&](Index count) {
            return stratified_sample(data->labels, count, options.seed);
        };
        note_classes(network, *data, analysis);
        analysis.system.invariant_drift =
            invariant_drift(network, analysis.system, x0(Eigen::all, draw(drift_samples)));
        add_flow(network, *data, x0, options, analysis);
        stop_if_interrupted("analyze");
        if (is_bounded(system.activation())) {
            SettleOptions settle_options = options.settle;
            settle_options.threads = options.threads;
            const std::vector<Index> followed = draw(options.settle_samples);
            analysis.settled_samples = sources_of(*data, followed);
            analysis.settled = settle(
                system, initial_preactivation(network, x0(Eigen::all, followed)), settle_options);
            analysis.settled_labels = data->labels(followed);
            analysis.group_classes =
                classes_of_groups(*analysis.settled, data->classes, analysis.settled_labels);
            if (!small) {
                analysis.equilibria_method = EquilibriaSource::FromData;
                analysis.notes.push_back(fmt::format(
                    "Equilibria were sought from {} inputs only; others, and all that do not "
                    "attract, were not searched.",
                    analysis.settled->outcomes.size()));
            }
        } else {
            analysis.notes.push_back(fmt::format(
                "Data were not followed to rest: residuals of {} are unbounded, and grow along a "
                "ray where they do not decay.",
                to_string(system.activation())));
        }
        add_decisions(network, *data, x0, options, analysis);
    }
    stop_if_interrupted("analyze");
    if (is_bounded(system.activation())) {
        analysis.portrait = portrait_of(network, system, x0, data, analysis, options);
    }
    stop_if_interrupted("analyze");
    // Last: an interrupt from here on ends the proofs and keeps the rest.
    if (is_bounded(system.activation()) && options.proofs.seconds > 0) {
        ProofOptions proof_options = options.proofs;
        proof_options.threads = options.threads;
        const Index followed = std::min(proof_options.inputs, x0.cols());
        const std::vector<Index> drawn =
            data != nullptr ? stratified_sample(data->labels, followed, options.seed)
                            : std::vector<Index>{};
        analysis.proofs = prove(network, proof_options, x0(Eigen::all, drawn));
    }
    return analysis;
}

}  // namespace resdyn
