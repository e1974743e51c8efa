# Builds a project through llmopt without editing it; CMake 3.24 or newer:
#
#   cmake -DCMAKE_PROJECT_TOP_LEVEL_INCLUDES="$(llmopt --cmake-dir)/LLMOptInject.cmake" ...

if(CMAKE_VERSION VERSION_LESS 3.24)
  message(FATAL_ERROR "LLMOptInject.cmake needs CMake 3.24: use -DCMAKE_C_COMPILER_LAUNCHER=llmopt")
endif()
# At the end: what the project itself sets as a launcher is known then, and no target is missed.
# EVAL, since a deferred call expands its variables late: this directory is another one then.
cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]]
  CALL include [[${CMAKE_CURRENT_LIST_DIR}/LLMOpt.cmake]])")
cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}"
  CALL _llmopt_enable_directory "${CMAKE_SOURCE_DIR}")
