/// @file
/// Everything, for programs that want one include. Library files include narrowly.
#pragma once

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/core/progress.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/core/types.hpp>
#include <resdyn/equilibria/atlas.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/equilibria/search.hpp>
#include <resdyn/equilibria/stability.hpp>
#include <resdyn/interaction/sign_graph.hpp>
#include <resdyn/io/output_folder.hpp>
#include <resdyn/learning/dataset.hpp>
#include <resdyn/model/activation.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/numerics/spectrum.hpp>
#include <resdyn/numerics/vector_field.hpp>
#include <resdyn/overview/analysis.hpp>
#include <resdyn/portrait/plane.hpp>
#include <resdyn/transient/discretisation.hpp>
#include <resdyn/transient/evidence.hpp>
