# Sources made at build time, in <build folder>/generated/ui: design tokens and fonts of the figures.
set(generated ${PROJECT_BINARY_DIR}/generated/ui)
set(fonts ${PROJECT_SOURCE_DIR}/build/fonts)

add_custom_command(
  OUTPUT ${generated}/tokens.h
  COMMAND ${CMAKE_COMMAND} -DTOKENS=${PROJECT_SOURCE_DIR}/web/tokens.json -DOUT=${generated}/tokens.h
          -P ${CMAKE_CURRENT_LIST_DIR}/generate_tokens.cmake
  DEPENDS ${PROJECT_SOURCE_DIR}/web/tokens.json ${CMAKE_CURRENT_LIST_DIR}/generate_tokens.cmake
  VERBATIM)
add_custom_command(
  OUTPUT ${generated}/fonts_data.h ${generated}/fonts_data.cpp
  COMMAND ${CMAKE_COMMAND} -DFONTS=${fonts} -DOUT=${generated}
          -P ${CMAKE_CURRENT_LIST_DIR}/generate_fonts.cmake
  DEPENDS ${fonts}/figure.ttf ${fonts}/figure-semibold.ttf ${fonts}/figure-math.ttf ${fonts}/figure-italic.ttf
          ${CMAKE_CURRENT_LIST_DIR}/generate_fonts.cmake
  VERBATIM)

set(generated_sources ${generated}/tokens.h ${generated}/fonts_data.h ${generated}/fonts_data.cpp)
