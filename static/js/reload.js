/* « Réessayer » on an error page: the page is asked for again, and a form that was posted is posted
   again. */
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-reload]")) location.reload();
});
