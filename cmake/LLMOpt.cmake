# llmopt_enable() and the targets llmopt-profile, -optimize, -report and -apply: docs/cmake.md.
# find_package(LLMOpt) is the way in; include(LLMOpt) does where this directory is a module path.

# No include guard: every project that asks gets its answer and its targets.
cmake_policy(PUSH)
cmake_policy(VERSION 3.15...3.25)

# A virtual environment that was deleted, or pip's temporary one, leaves a path to nothing behind.
if(IS_ABSOLUTE "${LLMOpt_EXECUTABLE}" AND NOT EXISTS "${LLMOpt_EXECUTABLE}")
  unset(LLMOpt_EXECUTABLE CACHE)
endif()
# The program of the same installation comes first. It runs here, whatever is compiled for: a
# toolchain file that keeps programs inside its root does not apply.
find_program(LLMOpt_EXECUTABLE llmopt
  HINTS
    "${CMAKE_CURRENT_LIST_DIR}/../../../../../bin" # PREFIX/lib/pythonX/site-packages/llmopt/cmake
    "${CMAKE_CURRENT_LIST_DIR}/../../../bin"       # PREFIX/share/cmake/LLMOpt
    "${CMAKE_CURRENT_LIST_DIR}/../../bin"          # DIRECTORY/llmopt/cmake, by pip install --target
  DOC "The compiler launcher llmopt"
  NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(LLMOpt_EXECUTABLE)

# llmopt_enable()            compiles the C files of all targets made after this line, in this
#                            directory and below, through llmopt
# llmopt_enable(target...)   of these targets only
#
# Does nothing where the program is missing.
function(llmopt_enable)
  if(NOT LLMOpt_EXECUTABLE)
    return()
  endif()
  if(ARGC EQUAL 0)
    _llmopt_in_front(launcher ${CMAKE_C_COMPILER_LAUNCHER})
    set(CMAKE_C_COMPILER_LAUNCHER "${launcher}" PARENT_SCOPE)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    if(NOT TARGET "${target}")
      message(FATAL_ERROR
        "llmopt_enable: there is no target \"${target}\": call it after add_library() or "
        "add_executable()")
    endif()
    _llmopt_enable_target("${target}")
  endforeach()
endfunction()

# All targets of a directory and of those below it, wherever they were made.
function(_llmopt_enable_directory directory)
  if(NOT LLMOpt_EXECUTABLE)
    return()
  endif()
  get_property(targets DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    _llmopt_enable_target("${target}")
  endforeach()
  get_property(subdirectories DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
  foreach(subdirectory IN LISTS subdirectories)
    _llmopt_enable_directory("${subdirectory}")
  endforeach()
endfunction()

function(_llmopt_enable_target target)
  get_target_property(aliased "${target}" ALIASED_TARGET)
  if(aliased)
    set(target "${aliased}")
  endif()
  get_target_property(type "${target}" TYPE)
  get_target_property(imported "${target}" IMPORTED)
  # What compiles nothing needs no launcher, and some of it may not have one.
  if(imported OR NOT type MATCHES "^(EXECUTABLE|(STATIC|SHARED|MODULE|OBJECT)_LIBRARY)$")
    return()
  endif()
  get_target_property(launcher "${target}" C_COMPILER_LAUNCHER)
  if(NOT launcher)
    set(launcher)
  endif()
  _llmopt_in_front(launcher ${launcher})
  set_property(TARGET "${target}" PROPERTY C_COMPILER_LAUNCHER "${launcher}")
endfunction()

# A launcher that is there already stays, behind llmopt: under ccache llmopt would pass everything.
# An llmopt that is in front already stays as well: it may be the one that builds this tree.
# `launcher` has no empty word: that would be a word of the command.
function(_llmopt_in_front result)
  set(launcher ${ARGN})
  set(others)
  foreach(word IN LISTS launcher)
    get_filename_component(name "${word}" NAME)
    if(NOT name STREQUAL "llmopt")
      list(APPEND others "${word}")
    endif()
  endforeach()
  set(first)
  if(launcher)
    list(GET launcher 0 first)
  endif()
  get_filename_component(name "${first}" NAME)
  if(NOT name STREQUAL "llmopt")
    set(launcher "${LLMOpt_EXECUTABLE}" ${others})
  endif()
  set("${result}" "${launcher}" PARENT_SCOPE)
endfunction()

# A target for each verb and each project root: the nearest directory with an llmopt.yaml from the
# top level upwards, and from the project that asks. The first has the plain names; the root of a
# subproject beside another has its project's name behind them.
function(_llmopt_add_verbs)
  if(NOT LLMOpt_EXECUTABLE OR CMAKE_SCRIPT_MODE_FILE)
    return()
  endif()
  foreach(start IN ITEMS "${CMAKE_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}")
    _llmopt_find_root(root "${start}")
    get_property(roots GLOBAL PROPERTY LLMOPT_ROOTS)
    if(NOT root OR root IN_LIST roots)
      continue()
    endif()
    set_property(GLOBAL APPEND PROPERTY LLMOPT_ROOTS "${root}")
    set(suffix)
    if(roots)
      string(REGEX REPLACE "[^A-Za-z0-9_.+-]" "_" suffix "-${PROJECT_NAME}")
    endif()
    foreach(verb IN ITEMS profile optimize report apply)
      if(NOT TARGET "llmopt-${verb}${suffix}")
        # The builds that a verb makes are no part of this one: not make's options, not its jobs.
        add_custom_target("llmopt-${verb}${suffix}"
          COMMAND "${CMAKE_COMMAND}" -E env
            --unset=MAKEFLAGS --unset=MFLAGS --unset=MAKEOVERRIDES --unset=MAKELEVEL
            "${LLMOpt_EXECUTABLE}" "${verb}" --project "${root}"
          WORKING_DIRECTORY "${root}"
          COMMENT "llmopt ${verb} in ${root}"
          USES_TERMINAL VERBATIM)
      endif()
    endforeach()
  endforeach()
endfunction()

function(_llmopt_find_root result directory)
  while(NOT EXISTS "${directory}/llmopt.yaml")
    get_filename_component(parent "${directory}" DIRECTORY)
    if(parent STREQUAL directory OR directory STREQUAL "")
      set("${result}" "" PARENT_SCOPE)
      return()
    endif()
    set(directory "${parent}")
  endwhile()
  set("${result}" "${directory}" PARENT_SCOPE)
endfunction()

_llmopt_add_verbs()
cmake_policy(POP)
