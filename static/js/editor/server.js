/* What the editor asks of the server, and what each answer means. */

export class Server {
  constructor(data) {
    this.data = data;
    this.token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  /** `{status, …}`: 200, 409, 422 with what they say; "ended" for a session that is over; throws
      without a network. */
  async send(body) {
    const response = await fetch(this.data.save, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      body: JSON.stringify(body),
    });
    // A redirect leads to the login; 403 is a token of another session.
    if (response.type === "opaqueredirect" || response.status === 403) return { status: "ended" };
    if (![200, 400, 409, 422].includes(response.status)) return { status: "failed" };
    return { status: response.status, ...(await response.json()) };
  }

  /** Colleagues found by this text: `{status: 200, people, more, exact}`, or "ended"; throws where
      they cannot be had. */
  async people(text, signal) {
    const url = `${this.data.people}?${new URLSearchParams({ q: text })}`;
    const response = await fetch(url, { signal, redirect: "manual" });
    if (response.type === "opaqueredirect" || response.status === 403) return { status: "ended" };
    if (!response.ok) throw new Error("directory");
    return { status: 200, ...(await response.json()) };
  }

  /** Who is in now, "" for nobody, and the token that goes with them: another tab may have logged
      in. */
  async whoIsIn(url) {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { "X-Requested-With": "dialog" },
    });
    return this.#told(response);
  }

  #told(response) {
    if (response.status !== 204) throw new Error(`login ${response.status}`);
    this.token = response.headers.get("X-CSRF-Token");
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]"))
      field.value = this.token;
    return response.headers.get("X-Login");
  }

  /** Who is in after that, or what was wrong. */
  async logIn(url, form) {
    await this.whoIsIn(url); // for the token
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "X-Requested-With": "dialog", "X-CSRFToken": this.token },
      body: form,
    });
    if ([422, 503].includes(response.status)) return { error: await response.text() };
    return { login: this.#told(response) };
  }
}
