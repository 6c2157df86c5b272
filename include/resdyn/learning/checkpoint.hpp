/// @file
/// The whole state of a training between two steps, so that it can go on to the same bytes, and its
/// file (safetensors).
///
/// Method: every vector in the precision of the run, counters and sums as float64, so that nothing
/// is lost; the identity says which run it is of. What it can miss: a file of another version of
/// the program is refused, not converted. Reference: the safetensors format (Hugging Face, 2022).
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <resdyn/depth/depth_rule.hpp>
#include <resdyn/formats/safetensors.hpp>
#include <resdyn/learning/record.hpp>
#include <resdyn/model/network.hpp>

namespace resdyn {

struct Checkpoint {
    /// What the run is: architecture, options, seed, SHA-256 of the data. A run goes on only from a
    /// checkpoint of equal identity.
    std::map<std::string, std::string> identity;
    TensorType type = TensorType::F32;  ///< of the parameters and all vectors like them.
    Index epoch = 0;                    ///< whole epochs done.
    Index batch = 0;                    ///< batches done in the next one.
    Index steps = 0;                    ///< optimiser steps taken.
    Index best_epoch = 0;               ///< epoch of the smallest held-out loss.
    Index best_depth = 0;               ///< L of that network.
    DepthMemory depth;                  ///< of the rule that adjusts the depth; its depth is L now.
    double loss_sum = 0.0;              ///< over the samples of the running epoch.
    double penalty_sum = 0.0;
    double gradient_norm_sum = 0.0;
    Vector parameters;
    Vector whole_epoch;    ///< parameters after the last whole epoch.
    Vector best;           ///< parameters of best_epoch; empty without early stopping.
    Vector mean;           ///< optimiser's memory.
    Vector squares;        ///< optimiser's memory; empty for Sgd.
    Vector fallback;       ///< parameters before a change of depth that is not judged yet …
    Vector fallback_mean;  ///< … and the optimiser's memory then; empty without one.
    Vector fallback_squares;
    Vector power_iteration;  ///< regulariser's memory; empty without a spectral penalty.
    std::vector<EpochRecord> record;
};

/// The file's bytes; the same state gives the same bytes.
std::string format_checkpoint(const Checkpoint& checkpoint);

/// Throws InputError naming the file if it is cut off or is no checkpoint.
Checkpoint load_checkpoint(const std::filesystem::path& path);

/// The network of the last whole epoch, its shape read from the identity. Throws InputError naming
/// `where` if the two do not fit each other.
Network network_of(const Checkpoint& checkpoint, const std::string& where);

/// Throws InputError, "WHERE, KEY: expected …, got …", at the first key whose value differs.
void require_same_identity(const Checkpoint& checkpoint,
                           const std::map<std::string, std::string>& identity,
                           const std::string& where);

}  // namespace resdyn
