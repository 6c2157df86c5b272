/// @file
/// Data as a frozen layer meets them: what the network has made of its inputs by then.
#pragma once

#include <resdyn/data/dataset.hpp>
#include <resdyn/model/frozen_layer.hpp>

namespace resdyn {

/// The data with x_K in place of the inputs, K = layer, in float32 as data are; labels and sources
/// stay, and images stay images where the network has no input layer. They are data for
/// frozen_network(network, layer). Throws std::invalid_argument for data that do not fit.
Dataset data_before_layer(const ResidualNetwork& network, Index layer, const Dataset& data);

}  // namespace resdyn
